package io.trainwatch.job;

import java.time.Instant;

/**
 * One sample of a metric.
 *
 * @param timestamp {@code null} where the tenant tells none, of a value that is no finite number; not in a status that
 *     is judged
 * @param value may be NaN or infinite, as the loss of a training that has diverged
 * @param unit {@code percent} where the tenant names none: it is the only unit that its API knows
 */
public record Metric(Instant timestamp, String name, Double value, String unit) {

    public Metric {
        unit = unit == null ? "percent" : unit;
    }

    /** This, taken at that time where nobody knows when. */
    Metric takenBy(Instant at) {
        return timestamp == null ? new Metric(at, name, value, unit) : this;
    }
}
