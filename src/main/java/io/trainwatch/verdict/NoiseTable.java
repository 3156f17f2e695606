package io.trainwatch.verdict;

import io.trainwatch.verdict.NoiseTrial.Result;
import java.util.List;
import java.util.Locale;

/** The figures of {@link NoiseTrial}, for people. */
public final class NoiseTable {

    private NoiseTable() {}

    /** What the figures are about, for people. */
    public static String heading(int traces, long seed) {
        return String.format(
                Locale.ROOT,
                "Seed %d: %d healthy and %d breaching jobs, with independent and with correlated (0.5) readings;%n"
                        + "%d samples each; CPU %.0f +- %.0f %%, in a breaching job 97, 98 or 99 +- %.0f from a random sample on,"
                        + " cut off at 100; limit %.0f.%n",
                seed,
                traces,
                traces,
                NoisyTraces.SAMPLES,
                NoisyTraces.HEALTHY_MEAN,
                NoisyTraces.DEVIATION,
                NoisyTraces.DEVIATION,
                NoisyTraces.LIMIT);
    }

    /** One line for each result, under a heading. */
    public static String of(List<Result> results) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-9s %-12s %17s   %s%n%-9s %-12s %17s   %5s %5s %5s %5s   %7s %7s%n",
                "",
                "",
                "healthy jobs",
                "mean delay in samples, by the mean",
                "window",
                "noise",
                "cancelled",
                "97",
                "98",
                "99",
                "all",
                "early",
                "missed"));
        for (Result result : results) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-9s %-12s %7d %8.3f%%   %5.2f %5.2f %5.2f %5.2f   %7d %7d%n",
                    result.window(),
                    result.correlation() == 0 ? "independent" : "correlated",
                    result.cancelled(),
                    result.cancelledPercent(),
                    result.delays().get(0),
                    result.delays().get(1),
                    result.delays().get(2),
                    result.delay(),
                    result.early(),
                    result.missed()));
        }
        return table.toString();
    }
}
