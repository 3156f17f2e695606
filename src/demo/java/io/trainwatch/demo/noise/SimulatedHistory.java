package io.trainwatch.demo.noise;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.history.HistoryExport;
import io.trainwatch.optional.history.RecordedLook;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import io.trainwatch.watch.ActionTaken;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes what watching jobs would have recorded, as an export: jobs with noisy CPU and memory readings and a loss that
 * falls, of which some use too much CPU from a random look on, and some stand still. The same for the same seed.
 */
public final class SimulatedHistory {

    private static final Instant START = Instant.parse("2026-01-05T08:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final int SAMPLES_SHOWN = 50;
    private static final int LOOKS_AFTER_CANCEL = 2;
    private static final int NEVER = Integer.MAX_VALUE - LOOKS_AFTER_CANCEL;

    private final Policy policy;
    private final Judge judge;
    private final long seed;

    /** @param policy what jobs are judged by */
    public SimulatedHistory(Policy policy, long seed) {
        this.policy = policy;
        this.judge = Judge.of(policy);
        this.seed = seed;
    }

    /**
     * Writes jobs until there are so many looks.
     *
     * @param looksOfAJob of one that is left alone
     * @throws UncheckedIOException where they cannot be written
     */
    public void write(long looks, int looksOfAJob, Writer out) {
        HistoryExport export = new HistoryExport(START, out);
        String hash = export.write(policy);
        long written = 0;
        for (int job = 0; written < looks; job++) {
            long most = Math.min(looksOfAJob, looks - written);
            written += new Job(job, looksOfAJob, hash).write((int) most, export);
        }
    }

    /** One job, from its first look to its end. */
    private final class Job {
        private final String id;
        private final String hash;
        private final Random random;
        private final int length;
        private final int breaksFrom;
        private final int standsFrom;
        private final List<Metric> samples = new ArrayList<>();
        private final Instant start;
        private Observed observed = Observed.none();
        private TrainingState known;
        private double stray;
        private int cancelledAt = NEVER;

        Job(int number, int length, String hash) {
            this.id = String.format("job-%06d", number);
            this.hash = hash;
            this.random = new Random(seed * 31 + number * 0x9e3779b97f4a7c15L);
            this.length = length;
            this.breaksFrom = random.nextInt(20) == 0 ? random.nextInt(length) : length;
            this.standsFrom = random.nextInt(40) == 0 ? random.nextInt(length) : length;
            this.start = START.plusSeconds(random.nextInt(100_000));
        }

        /** Writes at most so many looks; returns how many. */
        int write(int most, HistoryExport export) {
            int look = 0;
            boolean ended = false;
            while (look < most && !ended) {
                ended = look + 1 == length || look > cancelledAt + LOOKS_AFTER_CANCEL;
                export.write(look(look++, ended));
            }
            return look;
        }

        private RecordedLook look(int look, boolean ended) {
            boolean stopping = look > cancelledAt;
            Instant at = start.plus(INTERVAL.multipliedBy(look)).plusNanos(random.nextInt(900_000_000));
            TrainingState state =
                    !ended ? TrainingState.RUNNING : stopping ? TrainingState.CANCELLED : TrainingState.COMPLETED;
            JobStatus status = status(look, at, state);
            Decision decision = judge.judge(status, known, observed.after(status.withoutMetrics(), at), at);
            boolean cancels = !stopping && decision.verdict().saysCancel();
            RecordedLook recorded = new RecordedLook(
                    "demo:simulated/" + id,
                    1,
                    look + 1L,
                    look + 1L,
                    at,
                    status,
                    stopping,
                    true,
                    hash,
                    Decided.of(decision),
                    cancels ? ActionTaken.CANCEL : ActionTaken.NONE,
                    null);
            known = state;
            observed = decision.observed();
            cancelledAt = cancels ? look : cancelledAt;
            return recorded;
        }

        private JobStatus status(int look, Instant at, TrainingState state) {
            stray = 0.5 * stray + Math.sqrt(0.75) * random.nextGaussian();
            samples.add(new Metric(
                    at.minusSeconds(1), "loss", 2.0 / (1 + look / 40.0) + 0.02 * random.nextGaussian(), null));
            if (samples.size() > SAMPLES_SHOWN) {
                samples.remove(0);
            }
            return new JobStatus(
                    id,
                    state,
                    100.0 * Math.min(look, standsFrom) / length,
                    List.copyOf(samples),
                    new ResourceUtilization(
                            percent((look < breaksFrom ? 80 : 98) + 6 * stray),
                            percent(60 + 4 * random.nextGaussian()),
                            null),
                    look == 0 ? start : null,
                    state.isTerminal() ? at : null,
                    0,
                    null,
                    false);
        }

        private static double percent(double value) {
            return Math.min(100, Math.max(0, Math.rint(value * 100) / 100));
        }
    }
}
