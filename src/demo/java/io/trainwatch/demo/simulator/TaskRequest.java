package io.trainwatch.demo.simulator;

import java.time.Instant;

/**
 * A request to the {@code tasks} API whose credentials are good.
 *
 * @param task the task that it names; {@code null} where it names none that is known
 * @param number its own number; the same request of another run has the same one
 */
record TaskRequest(TaskTarget target, SimulatedTask task, Call call, Instant now, long number) {

    /** Throws IllegalArgumentException where it is not well encoded. */
    Query query() {
        return Query.of(call.query());
    }
}
