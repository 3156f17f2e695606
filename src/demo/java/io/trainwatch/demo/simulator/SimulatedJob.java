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
class SimulatedJob {

    private final JobScript script;
    private final JobCurve curve;
    private final Instant createdAt;
    private final long firstRequest;
    private long cancelTakenAt = JobCurve.NEVER;
    private final List<JobTruth.Cancel> cancels = new ArrayList<>();
    private long requests;
    private long reads;
    private Instant lastRead;
    private Duration longestUnread = Duration.ZERO;
    private long listings;
    private Instant firstServedAt;
    private Instant lastServedAt;
    private Instant endServedAt;
    private Duration longestUnserved = Duration.ZERO;
    private double maxCpu;
    private double maxMemory;
    private final BitSet samplesServed = new BitSet();
    private int invalidAnswers;
    private RenderedMetrics renderedMetrics = new RenderedMetrics(-1, null);

    SimulatedJob(JobScript script, long seed, Instant createdAt) {
        this(script, script.project() + "/" + script.job(), seed, createdAt);
    }

    /** @param address the ids of its project and its own, with a slash between them */
    SimulatedJob(JobScript script, String address, long seed, Instant createdAt) {
        this.script = script;
        this.createdAt = createdAt;
        curve = new JobCurve(script, seed);
        firstRequest = Chance.seed(seed, address);
    }

    /** The metrics array of an answer, kept until the next sample is taken: it is most of the work of a status read. */
    private record RenderedMetrics(int samples, SerializedString json) {}

    JobScript life() {
        return script;
    }

    JobCurve curve() {
        return curve;
    }

    Instant createdAt() {
        return createdAt;
    }

    /** The job at this moment. */
    synchronized JobCurve.Look look(Instant now) {
        boolean hasEffect = cancelTakenAt != JobCurve.NEVER && script.cancelOutcome() != CancelOutcome.IGNORED;
        return curve.at(
                elapsed(now), hasEffect ? cancelTakenAt + script.cancelDelay().toMillis() : JobCurve.NEVER);
    }

    /** When a cancel was taken, in ms since its creation; {@link JobCurve#NEVER} where none was. */
    synchronized long cancelTakenAt() {
        return cancelTakenAt;
    }

    /** The time of an offset in ms since its creation; {@code null} for {@link JobCurve#NEVER}. */
    Instant timeOf(long offset) {
        return offset == JobCurve.NEVER ? null : createdAt.plusMillis(offset);
    }

    private long elapsed(Instant now) {
        return Math.max(0, Duration.between(createdAt, now).toMillis());
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
     * Takes a cancel, which has its outcome when the script's delay has passed, unless the job ends before or ignores it.
     *
     * @return whether it was accepted; {@code false} when the job is over
     */
    synchronized boolean cancel(Instant now) {
        if (look(now).state().isTerminal()) {
            return false;
        }
        cancelTakenAt = Math.min(cancelTakenAt, elapsed(now));
        return true;
    }

    synchronized void recordCancel(JobTruth.Cancel cancel) {
        cancels.add(cancel);
    }

    synchronized void recordRead(Instant now) {
        reads++;
        longestUnread = longer(longestUnread, lastRead, now);
        lastRead = now;
    }

    /** An answer that told of it was served. */
    synchronized void recordServed(JobCurve.Look look, Instant now, boolean inList) {
        listings += inList ? 1 : 0;
        longestUnserved = longer(longestUnserved, lastServedAt, now);
        lastServedAt = now;
        firstServedAt = firstServedAt == null ? now : firstServedAt;
        if (endServedAt == null && look.state().isTerminal()) {
            endServedAt = now;
        }
    }

    private Duration longer(Duration longest, Instant last, Instant now) {
        Duration since = Duration.between(last == null ? createdAt : last, now);
        return since.compareTo(longest) > 0 ? since : longest;
    }

    /** The answer told of its readings and samples too. */
    synchronized void recordReadings(JobCurve.Look look) {
        maxCpu = Math.max(maxCpu, look.cpu());
        maxMemory = Math.max(maxMemory, look.memory());
        samplesServed.set(StatusJson.firstSample(look.samples()), look.samples());
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
                createdAt,
                Optional.ofNullable(timeOf(look.endedAt())),
                List.copyOf(cancels),
                reads,
                Optional.ofNullable(lastRead),
                longestUnread,
                listings,
                Optional.ofNullable(firstServedAt),
                Optional.ofNullable(endServedAt),
                longestUnserved,
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
