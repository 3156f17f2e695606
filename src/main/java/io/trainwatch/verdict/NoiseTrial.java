package io.trainwatch.verdict;

import io.trainwatch.status.RuleMemory;
import io.trainwatch.verdict.NoisyTraces.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures what windows do to noisy jobs: how many healthy ones they would cancel, and how soon they find the others.
 *
 * <p>Every window judges the same traces, those of {@link NoisyTraces}. A delay is the number of samples from the first one
 * whose mean is over the limit to the one that decides; 0 where that first one decides. A job that was cancelled before its
 * mean rose is no find; one that is not found counts with all samples that were left.
 */
public final class NoiseTrial {

    /** The year of Page's paper. */
    public static final long SEED = 1954;

    /** The default first, then the tutorial's, and others to compare with. */
    public static final List<Window> WINDOWS = List.of(
            Window.DEFAULT,
            Window.SINGLE,
            new CountWindow(3, 3),
            new CountWindow(4, 5),
            new CountWindow(6, 8),
            new TimeWindow(Duration.ofMinutes(1)));

    private static final double[] CORRELATIONS = {0, 0.5};
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final Duration GAP = Duration.ofMinutes(1);
    private static final Instant START = Instant.EPOCH;

    /**
     * What one window did to one kind of noise.
     *
     * @param traces healthy jobs, and as many breaching ones
     * @param cancelled healthy jobs that it cancelled
     * @param early breaching jobs that it cancelled before their mean rose
     * @param missed breaching jobs that it did not find before the trace ended
     * @param delays the mean delay in samples, of the jobs with each of {@link NoisyTraces#BREACHING_MEANS}
     * @param delay the mean delay in samples, of all
     */
    public record Result(
            Window window,
            double correlation,
            int traces,
            int cancelled,
            int early,
            int missed,
            List<Double> delays,
            double delay) {

        public double cancelledPercent() {
            return 100.0 * cancelled / traces;
        }
    }

    private NoiseTrial() {}

    /**
     * Takes some seconds for 100,000 traces, on all processors.
     *
     * @param traces of each kind: healthy and breaching, independent and correlated
     */
    public static List<Result> run(List<Window> windows, int traces, long seed) {
        List<List<Result>> byNoise = new ArrayList<>();
        for (double correlation : CORRELATIONS) {
            byNoise.add(measure(windows, new NoisyTraces(seed, correlation), traces));
        }
        List<Result> byWindow = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            for (List<Result> results : byNoise) {
                byWindow.add(results.get(i));
            }
        }
        return byWindow;
    }

    /** Makes each trace once for all windows: drawing its numbers takes longer than judging them. */
    private static List<Result> measure(List<Window> windows, NoisyTraces noise, int traces) {
        Supplier<List<Tally>> none = () -> windows.stream()
                .map(window -> new Tally(Limit.ofPercent(NoisyTraces.LIMIT, window)))
                .toList();
        List<Tally> tallies = IntStream.range(0, traces)
                .parallel()
                .collect(
                        none,
                        (all, index) -> {
                            Trace healthy = noise.healthy(index);
                            Trace breaching = noise.breaching(index);
                            all.forEach(tally -> tally.add(healthy, breaching));
                        },
                        (all, others) -> {
                            for (int i = 0; i < all.size(); i++) {
                                all.get(i).add(others.get(i));
                            }
                        });
        return tallies.stream()
                .map(tally -> tally.result(noise.correlation(), traces))
                .toList();
    }

    /** The sample that makes it a breach; {@link NoisyTraces#SAMPLES} where none does. */
    private static int decidedAt(Limit limit, Trace trace) {
        RuleMemory memory = RuleMemory.none(0);
        for (int i = 0; i < trace.readings().length; i++) {
            memory = limit.after(memory, trace.readings()[i], START.plusSeconds(i * INTERVAL.toSeconds()), GAP);
            if (limit.window().isBroken(memory)) {
                return i;
            }
        }
        return NoisyTraces.SAMPLES;
    }

    /** Sums over traces. Not thread-safe. */
    private static final class Tally {

        private final Limit limit;
        private final long[] sums = new long[NoisyTraces.BREACHING_MEANS.length];
        private final int[] counts = new int[NoisyTraces.BREACHING_MEANS.length];
        private int cancelled;
        private int early;
        private int missed;

        Tally(Limit limit) {
            this.limit = limit;
        }

        void add(Trace healthy, Trace breaching) {
            cancelled += decidedAt(limit, healthy) < NoisyTraces.SAMPLES ? 1 : 0;
            int at = decidedAt(limit, breaching);
            if (at < breaching.step()) {
                early++;
                return;
            }
            missed += at == NoisyTraces.SAMPLES ? 1 : 0;
            int which = (int) Math.round(breaching.mean() - NoisyTraces.BREACHING_MEANS[0]);
            sums[which] += at - breaching.step();
            counts[which]++;
        }

        void add(Tally other) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += other.sums[i];
                counts[i] += other.counts[i];
            }
            cancelled += other.cancelled;
            early += other.early;
            missed += other.missed;
        }

        Result result(double correlation, int traces) {
            List<Double> delays = IntStream.range(0, sums.length)
                    .mapToObj(i -> (double) sums[i] / counts[i])
                    .toList();
            double delay =
                    (double) LongStream.of(sums).sum() / IntStream.of(counts).sum();
            return new Result(limit.window(), correlation, traces, cancelled, early, missed, delays, delay);
        }
    }
}
