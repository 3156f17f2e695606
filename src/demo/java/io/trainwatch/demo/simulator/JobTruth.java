package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What really happened to a simulated job or task, and what its watcher can know of it.
 *
 * <p>An answer counts as served when it is valid and about to be written whole to a caller who has not hung up; what a
 * fault replaced, lost or held back for too long does not count. A watcher that missed nothing reports exactly these
 * peaks and means, which only the {@code training} API tells.
 *
 * @param state the state at the time of asking
 * @param createdAt when it came to exist
 * @param endedAt when it reached that state, if it is terminal
 * @param cancels each cancel request for it, in order of arrival
 * @param reads requests for its status alone whose credentials were good, whatever they were answered
 * @param lastRead when the last of them arrived
 * @param longestUnread the longest time between two of them, or between its creation and the first
 * @param listings answers to a list request in which it was served
 * @param firstServedAt when it was first served, by a read or in a list
 * @param endServedAt when it was first served in a terminal state
 * @param longestUnserved the longest time between two servings, or between its creation and the first
 * @param maxCpu the highest CPU percentage served; 0 before the first
 * @param maxMemory the highest memory percentage served; 0 before the first
 * @param metricMeans the mean over the distinct samples served, for each metric of which there was one
 * @param metricSamples how many distinct samples of each metric were served
 */
public record JobTruth(
        JobState state,
        Instant createdAt,
        Optional<Instant> endedAt,
        List<Cancel> cancels,
        long reads,
        Optional<Instant> lastRead,
        Duration longestUnread,
        long listings,
        Optional<Instant> firstServedAt,
        Optional<Instant> endServedAt,
        Duration longestUnserved,
        double maxCpu,
        double maxMemory,
        Map<String, Double> metricMeans,
        int metricSamples) {

    /**
     * One cancel request.
     *
     * @param at when it arrived
     * @param answered the HTTP status of the answer; 0 where the connection was closed without one
     * @param state the job's state when it arrived
     * @param accepted whether the tenant acted on it, which it may have done even though no answer came
     */
    public record Cancel(Instant at, int answered, JobState state, boolean accepted) {}
}
