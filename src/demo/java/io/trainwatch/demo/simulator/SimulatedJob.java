package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.core.io.SerializedString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One job of the tenant: its curve, the cancel that changed it, and the books kept about it. For any thread. */
final class SimulatedJob {

    private final JobScript script;
    private final JobCurve curve;
    private final Instant addedAt;
    private final long firstRequest;

    private long cancelledAt = JobCurve.NEVER;
    private final List<JobTruth.Cancel> cancels = new ArrayList<>();
    private long requests;
    private long statusReads;
    private Instant lastStatusRead;
    private Duration longestUnread = Duration.ZERO;
    private Instant endServedAt;
    private double maxCpu;
    private double maxMemory;
    private final BitSet samplesServed = new BitSet();
    private int invalidAnswers;
    private RenderedMetrics renderedMetrics = new RenderedMetrics(-1, null);

    SimulatedJob(JobScript script, long seed, Instant addedAt) {
        this.script = script;
        this.addedAt = addedAt;
        curve = new JobCurve(script, seed);
        firstRequest = Chance.seed(seed, script.address().toString());
    }

    /** The metrics array of an answer, kept until the next sample is taken: it is most of the work of a status read. */
    private record RenderedMetrics(int samples, SerializedString json) {}

    JobScript script() {
        return script;
    }

    JobCurve curve() {
        return curve;
    }

    /** The job at this moment. */
    synchronized JobCurve.Look look(Instant now) {
        return curve.at(elapsed(now), cancelledAt);
    }

    /** The time of an offset in ms since the job was added. */
    Instant timeOf(long offset) {
        return addedAt.plusMillis(offset);
    }

    private long elapsed(Instant now) {
        return Math.max(0, Duration.between(addedAt, now).toMillis());
    }

    /** The number of the next request for this job; it does not depend on what is asked of other jobs meanwhile. */
    synchronized long nextRequest() {
        return firstRequest + requests++;
    }

    /** Numbers the invalid answers about this job. */
    synchronized int nextInvalidAnswer() {
        return invalidAnswers++;
    }

    /**
     * Takes a DELETE: the job is CANCELLED when the script's delay has passed, unless it ends before or ignores it.
     *
     * @return whether it was accepted; {@code false} when the job is over
     */
    synchronized boolean cancel(Instant now) {
        if (look(now).state().isTerminal()) {
            return false;
        }
        if (cancelledAt == JobCurve.NEVER && !script.ignoresCancel()) {
            cancelledAt = elapsed(now) + script.cancelDelay().toMillis();
        }
        return true;
    }

    synchronized void recordCancel(JobTruth.Cancel cancel) {
        cancels.add(cancel);
    }

    synchronized void recordStatusRead(Instant now) {
        statusReads++;
        Duration unread = Duration.between(lastStatusRead == null ? addedAt : lastStatusRead, now);
        longestUnread = unread.compareTo(longestUnread) > 0 ? unread : longestUnread;
        lastStatusRead = now;
    }

    synchronized void recordServed(JobCurve.Look look, Instant now) {
        maxCpu = Math.max(maxCpu, look.cpu());
        maxMemory = Math.max(maxMemory, look.memory());
        samplesServed.set(StatusJson.firstSample(look.samples()), look.samples());
        if (endServedAt == null && look.state().isTerminal()) {
            endServedAt = now;
        }
    }

    /** The metrics array after so many samples. */
    synchronized SerializedString metrics(int samples) {
        if (renderedMetrics.samples() != samples) {
            renderedMetrics = new RenderedMetrics(samples, StatusJson.metrics(this, samples));
        }
        return renderedMetrics.json();
    }

    synchronized JobTruth truth(Instant now) {
        JobCurve.Look look = look(now);
        return new JobTruth(
                look.state(),
                look.endedAt() == JobCurve.NEVER ? Optional.empty() : Optional.of(timeOf(look.endedAt())),
                List.copyOf(cancels),
                statusReads,
                Optional.ofNullable(lastStatusRead),
                longestUnread,
                Optional.ofNullable(endServedAt),
                maxCpu,
                maxMemory,
                metricMeans(),
                samplesServed.cardinality());
    }

    private Map<String, Double> metricMeans() {
        Map<String, Double> means = new TreeMap<>();
        for (int i = 0; i < JobCurve.METRICS.size(); i++) {
            int metric = i;
            samplesServed.stream()
                    .mapToDouble(index -> curve.sample(metric, index))
                    .average()
                    .ifPresent(mean -> means.put(JobCurve.METRICS.get(metric), mean));
        }
        return means;
    }
}
