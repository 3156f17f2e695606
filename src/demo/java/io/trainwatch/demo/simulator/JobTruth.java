package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What really happened to a simulated job, and what its watcher can know of it.
 *
 * <p>An answer counts as served when it is valid and about to be written whole to a caller who has not hung up; what a
 * fault replaced, lost or held back for too long does not count. A watcher that missed nothing reports exactly these
 * peaks and means.
 *
 * @param state the state at the time of asking
 * @param endedAt when it reached that state, if it is terminal
 * @param cancels each DELETE for it, in order of arrival
 * @param statusReads status requests for it that carried a valid token, whatever they were answered
 * @param lastStatusRead when the last of them arrived
 * @param longestUnread the longest time between two of them, or between adding the job and the first
 * @param endServedAt when an answer with a terminal state was first served
 * @param maxCpu the highest CPU percentage served; 0 before the first
 * @param maxMemory the highest memory percentage served; 0 before the first
 * @param metricMeans the mean over the distinct samples served, for each metric of which there was one
 * @param metricSamples how many distinct samples of each metric were served
 */
public record JobTruth(
        JobState state,
        Optional<Instant> endedAt,
        List<Cancel> cancels,
        long statusReads,
        Optional<Instant> lastStatusRead,
        Duration longestUnread,
        Optional<Instant> endServedAt,
        double maxCpu,
        double maxMemory,
        Map<String, Double> metricMeans,
        int metricSamples) {

    /**
     * One DELETE.
     *
     * @param at when it arrived
     * @param answered the HTTP status of the answer; 0 where the connection was closed without one
     * @param state the job's state when it arrived
     * @param accepted whether the tenant acted on it, which it may have done even though no answer came
     */
    public record Cancel(Instant at, int answered, JobState state, boolean accepted) {}
}
