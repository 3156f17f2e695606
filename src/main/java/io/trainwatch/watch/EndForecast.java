package io.trainwatch.watch;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.Observed;
import io.trainwatch.job.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says when a job will end, by how wrong the same was about earlier jobs of its project at the same progress. Immutable.
 *
 * <p>The pace of a job says what remains. Of each earlier job is known what its pace said at each tenth of progress, and
 * what remained in truth; the range goes from the 10th to the 90th percentile of truth by what was said. Below 20 % of
 * progress, where a pace says little, and where it says nothing, the range is that of the times that earlier jobs took.
 */
public final class EndForecast {

    /** With fewer values the outer tenths of them cannot be told from their least and greatest. */
    static final int MIN_ENDS = 9;

    private static final double LOW = 0.1;
    private static final double HIGH = 0.9;
    private static final int TENTHS = 10;
    private static final double MIN_SECONDS = 1;

    /** By tenths of progress, sorted: what remained in truth, by what was said to remain. */
    private final double[][] errors;
    /** Sorted seconds. */
    private final double[] durations;

    /**
     * A job that ended well.
     *
     * @param seconds from {@link Pace#since} to its end
     */
    public record Ended(Pace pace, double seconds) {}

    public EndForecast(Collection<Ended> ended) {
        this.durations = ended.stream().mapToDouble(Ended::seconds).sorted().toArray();
        this.errors = new double[TENTHS][];
        for (int tenths = 0; tenths < TENTHS; tenths++) {
            int wanted = tenths;
            errors[tenths] = ended.stream()
                    .flatMap(one -> errors(one, wanted))
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
        }
    }

    private static Stream<Double> errors(Ended ended, int tenths) {
        return ended.pace().estimates().stream()
                .filter(estimate -> estimate.tenths() == tenths)
                .map(estimate -> (ended.seconds() - estimate.elapsed()) / Math.max(estimate.remaining(), MIN_SECONDS));
    }

    /** Empty where too few jobs have ended to know, and where the job takes longer than they make likely. */
    public Optional<ExpectedEnd> of(Observed observed, Instant now) {
        Pace pace = observed.pace();
        if (pace == null) {
            return Optional.empty();
        }
        Optional<Pace.Estimate> latest = pace.latest();
        if (latest.isPresent() && errors[latest.get().tenths()].length >= MIN_ENDS) {
            Pace.Estimate then = latest.get();
            return range(
                    plus(pace.since(), then.elapsed()),
                    Math.max(then.remaining(), MIN_SECONDS),
                    errors[then.tenths()],
                    now);
        }
        double elapsed = Duration.between(pace.since(), now).toMillis() / 1000.0;
        double[] longer =
                Arrays.stream(durations).filter(seconds -> seconds > elapsed).toArray();
        return longer.length >= MIN_ENDS ? range(pace.since(), 1, longer, now) : Optional.empty();
    }

    private static Optional<ExpectedEnd> range(Instant from, double seconds, double[] factors, Instant now) {
        Instant first = plus(from, seconds * quantile(factors, LOW));
        Instant last = plus(from, seconds * quantile(factors, HIGH));
        return last.isAfter(now)
                ? Optional.of(new ExpectedEnd(first.isAfter(now) ? first : now, last))
                : Optional.empty();
    }

    private static Instant plus(Instant from, double seconds) {
        return from.plusMillis((long) (seconds * 1000));
    }

    /** The value below which a further one of the same kind lies with this probability (Hyndman and Fan's type 6). */
    private static double quantile(double[] sorted, double probability) {
        double place = probability * (sorted.length + 1) - 1;
        int below = Math.min(Math.max((int) Math.floor(place), 0), sorted.length - 1);
        int above = Math.min(below + 1, sorted.length - 1);
        double share = Math.min(Math.max(place - below, 0), 1);
        return sorted[below] + share * (sorted[above] - sorted[below]);
    }
}
