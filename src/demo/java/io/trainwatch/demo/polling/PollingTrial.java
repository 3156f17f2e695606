package io.trainwatch.demo.polling;

import io.trainwatch.demo.polling.WatchedTrial.SimulatedJob.Kind;
import io.trainwatch.demo.simulator.Chance;
import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.watch.EndForecast;
import io.trainwatch.watch.NearEnd;
import io.trainwatch.watch.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks at simulated jobs by the fixed interval and by the rule that looks more often near the end, at the same jobs from
 * the same moments on; and says when they will end.
 */
public final class PollingTrial {

    /** The seed of the published figures; nothing was chosen by it. */
    public static final long SEED = 2026;

    private static final int MAX_ENDS = 50;
    private static final int TENTHS = 10;

    private final double meanSeconds;
    private final int jobsOfKind;
    private final long seed;

    /** @param jobs of all kinds together */
    public PollingTrial(Duration mean, int jobs, long seed) {
        this.meanSeconds = mean.toSeconds();
        this.jobsOfKind = jobs / Kind.values().length;
        this.seed = seed;
    }

    /**
     * What looks cost and found.
     *
     * @param kind such as {@code linear}
     * @param requests a job
     * @param mean delay in seconds, as the others
     */
    public record Result(String kind, double requests, double mean, double p50, double p99) {

        static Result of(String kind, List<WatchedTrial> watched) {
            double[] delays =
                    watched.stream().mapToDouble(WatchedTrial::delay).sorted().toArray();
            return new Result(
                    kind,
                    watched.stream().mapToInt(WatchedTrial::looks).average().orElseThrow(),
                    Arrays.stream(delays).average().orElseThrow(),
                    delays[delays.length / 2],
                    delays[delays.length * 99 / 100]);
        }
    }

    /**
     * How true the expected ends were.
     *
     * @param expectations made, one at each tenth of the time of each job
     * @param held the share of those whose range held the end
     * @param medianError at half time, of the middle of the range, by what remained; NaN where none was made
     */
    public record Calibration(String kind, int expectations, double held, double medianError) {}

    /** Each kind, and then linear and drifting jobs together; on a virtual clock. */
    public List<Result> run(Duration interval, boolean nearEnd) {
        Map<Kind, List<WatchedTrial>> watched = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            List<WatchedTrial> jobs = jobs(kind, jobsOfKind, interval, nearEnd);
            jobs.forEach(PollingTrial::watch);
            watched.put(kind, jobs);
        }
        return results(watched);
    }

    /** The same with fewer jobs on the machine's clock, so many times as fast. */
    public List<Result> runInRealTime(Duration interval, boolean nearEnd, int jobs, int timesAsFast)
            throws InterruptedException {
        Map<Kind, List<WatchedTrial>> watched = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            watched.put(kind, jobs(kind, jobs / Kind.values().length, interval, nearEnd));
        }
        List<WatchedTrial> all = watched.values().stream().flatMap(List::stream).toList();
        CountDownLatch running = new CountDownLatch(all.size());
        ScheduledExecutorService looks = Executors.newScheduledThreadPool(4);
        long begun = System.nanoTime();
        all.forEach(one -> schedule(one, looks, begun, timesAsFast, running));
        running.await();
        looks.shutdown();
        return results(watched);
    }

    private static void schedule(
            WatchedTrial one, ScheduledExecutorService looks, long begun, int timesAsFast, CountDownLatch running) {
        long due = Duration.between(WatchedTrial.START, one.due()).toNanos() / timesAsFast;
        looks.schedule(
                () -> {
                    Instant now = WatchedTrial.START.plusNanos((System.nanoTime() - begun) * timesAsFast);
                    if (one.look(now)) {
                        schedule(one, looks, begun, timesAsFast, running);
                    } else {
                        running.countDown();
                    }
                },
                due - (System.nanoTime() - begun),
                TimeUnit.NANOSECONDS);
    }

    private static List<Result> results(Map<Kind, List<WatchedTrial>> watched) {
        List<Result> results = new ArrayList<>();
        watched.forEach((kind, jobs) -> results.add(Result.of(name(kind), jobs)));
        results.add(Result.of(
                "linear and drifting",
                Stream.of(Kind.LINEAR, Kind.DRIFTING)
                        .flatMap(kind -> watched.get(kind).stream())
                        .toList()));
        return results;
    }

    /** Each kind is a project of its own, whose jobs run one after the other. */
    public List<Calibration> calibrate(Duration interval) {
        List<Calibration> calibrations = new ArrayList<>();
        Tally all = new Tally();
        for (Kind kind : Kind.values()) {
            Tally tally = new Tally();
            List<EndForecast.Ended> ended = new ArrayList<>();
            for (WatchedTrial job : jobs(kind, jobsOfKind, interval, true)) {
                List<EndForecast.Ended> known = ended.subList(Math.max(ended.size() - MAX_ENDS, 0), ended.size());
                EndForecast forecast = new EndForecast(known);
                Instant end = WatchedTrial.after(job.job().seconds());
                int next = 1;
                Instant now = job.due();
                while (job.look(now)) {
                    if (Duration.between(WatchedTrial.START, now).toMillis()
                            >= job.job().seconds() * 100 * next) {
                        Optional<ExpectedEnd> expected = forecast.of(job.observed(), now);
                        boolean isHalf = next == TENTHS / 2;
                        Instant at = now;
                        expected.ifPresent(
                                range -> Stream.of(tally, all).forEach(one -> one.add(range, end, at, isHalf)));
                        next++;
                    }
                    now = job.due();
                }
                ended.add(new EndForecast.Ended(
                        job.observed().pace(),
                        Duration.between(job.observed().pace().since(), now).toMillis() / 1000.0));
            }
            calibrations.add(tally.as(name(kind)));
        }
        calibrations.add(all.as("all"));
        return calibrations;
    }

    private static final class Tally {

        private int expectations;
        private int held;
        private final List<Double> errors = new ArrayList<>();

        void add(ExpectedEnd range, Instant end, Instant now, boolean isHalf) {
            expectations++;
            held += end.isBefore(range.from()) || end.isAfter(range.to()) ? 0 : 1;
            if (isHalf) {
                Instant middle = range.from()
                        .plus(Duration.between(range.from(), range.to()).dividedBy(2));
                errors.add(Duration.between(middle, end).abs().toMillis()
                        / (double) Duration.between(now, end).toMillis());
            }
        }

        Calibration as(String kind) {
            double[] sorted =
                    errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return new Calibration(
                    kind,
                    expectations,
                    (double) held / expectations,
                    sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2]);
        }
    }

    private List<WatchedTrial> jobs(Kind kind, int count, Duration interval, boolean nearEnd) {
        Random ofJobs = new Random(Chance.seed(seed, kind.ordinal()));
        Random ofLooks = new Random(Chance.seed(seed, kind.ordinal() + 100L));
        Schedule schedule = new Schedule(
                interval,
                interval,
                Duration.ZERO,
                nearEnd ? Optional.of(new NearEnd(ofLooks::nextDouble)) : Optional.empty(),
                ofLooks::nextDouble);
        return Stream.generate(() -> new WatchedTrial(
                        WatchedTrial.SimulatedJob.of(kind, meanSeconds, ofJobs),
                        schedule,
                        ofJobs.nextDouble() * interval.toSeconds()))
                .limit(count)
                .toList();
    }

    private static void watch(WatchedTrial job) {
        Instant now = job.due();
        while (job.look(now)) {
            now = job.due();
        }
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
