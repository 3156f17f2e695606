package io.trainwatch.demo.noise;

import io.trainwatch.demo.noise.NoiseTrial.Result;
import io.trainwatch.rules.Windows;
import java.util.List;
import java.util.Locale;

/** The figures of {@link NoiseTrial} and {@link StagnationTrial}, for people. */
public final class NoiseTable {

    private NoiseTable() {}

    /** What the figures are about, for people. */
    public static String heading(int jobs, long seed) {
        return String.format(
                Locale.ROOT,
                "Seed %d: %d jobs of each kind, a reading each %d s, limit %.0f %%, the first %d minutes not judged.%n"
                        + "Healthy: CPU %.0f +- %.0f %% for 24 hours, no ten minutes whose mean is over the limit.%n"
                        + "Breaching: healthy, and after %d minutes over the limit; delays in readings.%n",
                seed,
                jobs,
                NoisyTraces.INTERVAL_SECONDS,
                NoisyTraces.LIMIT,
                Windows.WARM_UP.toMinutes(),
                NoisyTraces.HEALTHY_MEAN,
                NoisyTraces.DEVIATION,
                NoisyTraces.ONSET / NoisyTraces.LOOKS_PER_MINUTE);
    }

    public static String headingOfHealthy() {
        return String.format(
                "%-20s %-12s %7s   %9s %9s %11s%n", "healthy", "window", "jobs", "34 min", "24 hours", "at most");
    }

    public static String headingOfBreaching() {
        return String.format(
                "%n%-20s %-12s %7s   %9s %9s %8s %8s%n",
                "breaching", "window", "jobs", "mean", "p95", "early", "missed");
    }

    /** A line for each result. */
    public static String of(List<Result> results) {
        StringBuilder table = new StringBuilder();
        for (Result result : results) {
            table.append(
                    String.format(Locale.ROOT, "%-20s %-12s %7d   ", result.kind(), result.window(), result.jobs()));
            table.append(
                    result.isHealthy()
                            ? String.format(
                                    Locale.ROOT,
                                    "%8.3f%% %8.3f%% %10.3f%%%n",
                                    result.percentInShortRun(),
                                    result.percent(),
                                    result.upperPercent())
                            : String.format(
                                    Locale.ROOT,
                                    "%9.1f %9.0f %7.2f%% %7.2f%%%n",
                                    result.meanDelay(),
                                    result.p95Delay(),
                                    100.0 * result.early() / result.jobs(),
                                    result.missedPercent()));
        }
        return table.toString();
    }

    public static String headingOfStagnation() {
        return String.format(
                "%n%-34s %7s   %9s   %7s %7s %13s%n",
                "stagnation", "jobs", "cancelled", "late", "missed", "median delay");
    }

    /** A line for a result of {@link StagnationTrial}. */
    public static String of(StagnationTrial.Result result) {
        return String.format(
                Locale.ROOT,
                "%-34s %7d   %8.2f%%   %6.2f%% %6.2f%% %11.0f s%n",
                result.kind(),
                result.jobs(),
                100.0 * result.cancelled() / result.jobs(),
                100.0 * result.late() / result.jobs(),
                100.0 * result.missed() / result.jobs(),
                result.medianDelay());
    }
}
