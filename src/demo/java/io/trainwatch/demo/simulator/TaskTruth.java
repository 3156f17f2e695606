package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What really happened to a simulated task, and what its watcher can know of it.
 *
 * <p>An answer counts as served when it is valid and about to be written whole to a caller who has not hung up.
 *
 * @param status the state at the time of asking
 * @param createdAt when it came to exist
 * @param endedAt when it reached that state, if it is terminal
 * @param cancels each cancel request for it, in order of arrival
 * @param reads requests for this task alone, whatever they were answered
 * @param listings answers to a list request in which it was served
 * @param firstServedAt when it was first served, by a read or in a list
 * @param endServedAt when it was first served in a terminal state, by a read or in a list
 * @param longestUnserved the longest time between two servings, or between its creation and the first
 */
public record TaskTruth(
        TaskStatus status,
        Instant createdAt,
        Optional<Instant> endedAt,
        List<Cancel> cancels,
        long reads,
        long listings,
        Optional<Instant> firstServedAt,
        Optional<Instant> endServedAt,
        Duration longestUnserved) {

    /**
     * One cancel request.
     *
     * @param at when it arrived
     * @param answered the HTTP status of the answer; 0 where the connection was closed without one
     * @param status the task's state when it arrived
     * @param accepted whether the tenant took it, which it may have done even though no answer came
     */
    public record Cancel(Instant at, int answered, TaskStatus status, boolean accepted) {}
}
