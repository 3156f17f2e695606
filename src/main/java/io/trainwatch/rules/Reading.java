package io.trainwatch.rules;

import java.time.Instant;

/**
 * One valid value next to its limit. What is missing, stale or invalid never becomes one.
 *
 * @param at when it was taken
 * @param value as it was read
 * @param excess how far it is beyond the limit, 0 or less where it keeps it; in the unit of the limit
 * @param headroom how far it can get or is expected to get beyond the limit, in the same unit; NaN where nobody knows
 */
record Reading(Instant at, double value, double excess, double headroom) {

    /** A tenth of the last digit that most tenants write below the ceiling counts as the ceiling. */
    private static final double CEILING_TOLERANCE = 0.05;

    /** Whether it is the most that can be read, as 100 percent is. */
    boolean isAtCeiling() {
        return excess >= headroom - CEILING_TOLERANCE;
    }

    boolean isOver() {
        return excess > 0;
    }
}
