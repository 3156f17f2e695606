package io.trainwatch.verdict;

import java.time.Instant;

/**
 * One valid value next to its limit. What is missing, stale or invalid never becomes one.
 *
 * @param at when it was taken
 * @param excess how far it is beyond the limit, 0 or less where it keeps it; in the unit of the limit
 * @param headroom how far it can get or is expected to get beyond the limit, in the same unit; NaN where nobody knows
 */
record Reading(Instant at, double excess, double headroom) {

    boolean isOver() {
        return excess > 0;
    }
}
