package io.trainwatch.demo.noise;

import io.trainwatch.demo.noise.NoisyTraces.Kind;
import io.trainwatch.demo.noise.NoisyTraces.Trace;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Limit;
import io.trainwatch.rules.Window;
import io.trainwatch.rules.Windows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures what windows do to noisy jobs: how many healthy ones they would cancel in 24 hours, and how soon they find the
 * others.
 *
 * <p>Every window judges the same traces, those of {@link NoisyTraces}, after the usual warm-up. A delay is the number of
 * readings from the first one whose mean is over the limit to the one that decides; 0 where that first one decides.
 */
public final class NoiseTrial {

    /** The year of Page's paper. */
    public static final long SEED = 1954;

    /** What warns and what cancels by default. */
    public static final List<Window> WINDOWS = List.of(Window.EARLY, Window.LATE);

    private static final Duration GAP = Duration.ofMinutes(1);
    private static final Instant START = Instant.EPOCH;
    private static final int NEVER = Integer.MAX_VALUE;
    /** Of the normal distribution, for intervals of 95 percent. */
    private static final double Z = 1.96;

    /**
     * What one window did to one kind of job.
     *
     * @param kind its name
     * @param isHealthy whether a find is a false one
     * @param jobs that were judged; healthy kinds leave out those that were drawn with ten minutes over the limit
     * @param found within the day, or within the hours that a breaching job had
     * @param foundInShortRun of these, within the first 34 minutes
     * @param early breaching jobs that were found before their mean rose
     * @param meanDelay of breaching jobs, in readings; NaN for healthy ones
     * @param p95Delay the delay within which 95 percent of them are found
     */
    public record Result(
            String kind,
            boolean isHealthy,
            Window window,
            int jobs,
            int found,
            int foundInShortRun,
            int early,
            double meanDelay,
            double p95Delay) {

        public double percent() {
            return 100.0 * found / jobs;
        }

        public double percentInShortRun() {
            return 100.0 * foundInShortRun / jobs;
        }

        /** The upper end of the interval that holds the true percentage in 95 of 100 trials (E. B. Wilson, 1927). */
        public double upperPercent() {
            double share = (double) found / jobs;
            double middle = share + Z * Z / (2 * jobs);
            double width = Z * Math.sqrt(share * (1 - share) / jobs + Z * Z / (4.0 * jobs * jobs));
            return 100 * (middle + width) / (1 + Z * Z / jobs);
        }

        public double missedPercent() {
            return 100.0 * (jobs - found) / jobs;
        }
    }

    private NoiseTrial() {}

    /** The names of the kinds of job, healthy ones first. */
    public static List<String> kinds() {
        return NoisyTraces.KINDS.stream().map(Kind::name).toList();
    }

    /**
     * Takes some seconds a kind for 10,000 jobs, on all processors.
     *
     * @param kind one of {@link #kinds}
     * @return a result for each window
     */
    public static List<Result> run(String kind, List<Window> windows, int jobs, long seed) {
        Kind noise = NoisyTraces.KINDS.stream()
                .filter(one -> one.name().equals(kind))
                .findFirst()
                .orElseThrow();
        // Each trace is made once for all windows: drawing its numbers takes longer than judging them.
        int[][] decided = IntStream.range(0, jobs)
                .parallel()
                .mapToObj(index -> noise.draw(seed, index))
                .filter(trace -> trace.isHealthy() == noise.isHealthy())
                .map(trace -> windows.stream()
                        .mapToInt(window ->
                                relativeToOnset(decidedAt(window, NoisyTraces.LIMIT, trace.readings()), trace))
                        .toArray())
                .toArray(int[][]::new);
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            int which = i;
            results.add(result(
                    noise,
                    windows.get(i),
                    Arrays.stream(decided).mapToInt(at -> at[which]).toArray()));
        }
        return results;
    }

    private static int relativeToOnset(int decided, Trace trace) {
        return decided == NEVER || trace.isHealthy() ? decided : decided - trace.onset();
    }

    private static Result result(Kind kind, Window window, int[] decided) {
        int[] delays = Arrays.stream(decided)
                .filter(at -> at >= 0 && at != NEVER)
                .sorted()
                .toArray();
        return new Result(
                kind.name(),
                kind.isHealthy(),
                window,
                decided.length,
                (int) Arrays.stream(decided).filter(at -> at != NEVER).count(),
                (int) Arrays.stream(decided)
                        .filter(at -> at < NoisyTraces.SHORT_RUN)
                        .count(),
                (int) Arrays.stream(decided).filter(at -> at < 0).count(),
                kind.isHealthy() ? Double.NaN : Arrays.stream(delays).average().orElse(Double.NaN),
                kind.isHealthy() || delays.length == 0 ? Double.NaN : delays[(delays.length - 1) * 95 / 100]);
    }

    /** The readings at which the windows decide on a job, -1 for one that does not. */
    public static int[] decidedAt(List<Window> windows, double limit, double[] readings) {
        return windows.stream()
                .mapToInt(window -> decidedAt(window, limit, readings))
                .map(at -> at == NEVER ? -1 : at)
                .toArray();
    }

    private static int decidedAt(Window window, double percent, double[] readings) {
        Limit limit = Limit.ofPercent(percent, window);
        RuleMemory memory = RuleMemory.none(0);
        int warmUp = (int) Windows.WARM_UP.toMinutes() * NoisyTraces.LOOKS_PER_MINUTE;
        for (int i = warmUp; i < readings.length; i++) {
            if (Double.isNaN(readings[i])) {
                continue;
            }
            memory = limit.after(memory, readings[i], START.plusSeconds((long) i * NoisyTraces.INTERVAL_SECONDS), GAP);
            if (window.isBroken(memory)) {
                return i;
            }
        }
        return NEVER;
    }
}
