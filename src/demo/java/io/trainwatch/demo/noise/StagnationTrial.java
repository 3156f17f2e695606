package io.trainwatch.demo.noise;

import io.trainwatch.demo.simulator.Chance;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Rule.Finding;
import io.trainwatch.rules.Rule.RuleInput;
import io.trainwatch.rules.StagnationRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures what the rule of stagnation does to jobs that tell few steps: how many healthy ones it would cancel, and how
 * soon it finds those that are stuck.
 *
 * <p>A job lasts 10 minutes to 24 hours, each length as likely as twice it, and is looked at every 15 seconds. The lengths
 * of its steps follow a gamma distribution with a given deviation. A stuck job is the same one that stands still for ever
 * after one of its steps, or before the first.
 */
public final class StagnationTrial {

    /** The kinds that are measured. */
    public static final List<Kind> KINDS = List.of(
            new Kind("10 to 100 even steps", 10, 100, 0, 0, false),
            new Kind("10 to 100 steps, +- 30 %", 10, 100, 0.3, 0, false),
            new Kind("10 to 100 steps, +- 60 %", 10, 100, 0.6, 0, false),
            new Kind("10 to 100 steps, +- 100 %", 10, 100, 1, 0, false),
            new Kind("10 steps, +- 60 %", 10, 10, 0.6, 0, false),
            new Kind("100 steps, +- 60 %", 100, 100, 0.6, 0, false),
            new Kind("the last fifth at 99 %", 99, 99, 0.3, 0.2, false),
            new Kind("stuck ones wobble by 0.1", 10, 100, 0.3, 0, true));

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GAP = Duration.ofMinutes(1);
    private static final double SHORTEST = 600;
    private static final double LONGEST = 86_400;
    private static final double NEVER = Double.MAX_VALUE;

    /**
     * What is alike about jobs.
     *
     * @param variation the deviation of the steps' lengths, as a share of their mean
     * @param plateau the share of the job's time that comes after the last step
     * @param isWobbling whether a stuck job tells 0.1 less at every other look
     */
    public record Kind(
            String name, int fewestSteps, int mostSteps, double variation, double plateau, boolean isWobbling) {

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * What the rule did to jobs of a kind.
     *
     * @param cancelled healthy jobs that it would have cancelled
     * @param late stuck jobs that were found later than promised: after 50 steps within 35 percent of the run time, or 5
     *     minutes; before within six times the longest step, or 5 minutes; before the second step within 2 hours
     * @param missed stuck jobs that were not found within three times what was promised
     * @param medianDelay seconds from the last step of a stuck job to the breach
     */
    public record Result(Kind kind, int jobs, int cancelled, int late, int missed, double medianDelay) {}

    private record Found(boolean isHealthyCancelled, double delay, double promised) {}

    private StagnationTrial() {}

    public static Result run(StagnationRule rule, Kind kind, int jobs, long seed) {
        List<Found> all = IntStream.range(0, jobs)
                .parallel()
                .mapToObj(index -> tryOne(rule, kind, new Random(Chance.seed(seed, index))))
                .toList();
        double[] delays = all.stream().mapToDouble(Found::delay).sorted().toArray();
        return new Result(
                kind,
                jobs,
                (int) all.stream().filter(Found::isHealthyCancelled).count(),
                (int) all.stream()
                        .filter(found -> found.delay() > found.promised())
                        .count(),
                (int) all.stream().filter(found -> found.delay() == NEVER).count(),
                delays[jobs / 2]);
    }

    private static Found tryOne(StagnationRule rule, Kind kind, Random random) {
        double length = SHORTEST * StrictMath.pow(LONGEST / SHORTEST, random.nextDouble());
        int steps = kind.fewestSteps() + random.nextInt(kind.mostSteps() - kind.fewestSteps() + 1);
        double[] ends = ends(kind, steps, length, random);
        double percentAStep = kind.plateau() > 0 ? 1 : 100.0 / steps;
        boolean isHealthyCancelled = breachAt(rule, ends, percentAStep, false, length) < NEVER;
        int done = random.nextInt(steps);
        double[] before = Arrays.copyOf(ends, done);
        double stuckAt = done == 0 ? 0 : before[done - 1];
        double longest = IntStream.range(0, done)
                .mapToDouble(i -> before[i] - (i == 0 ? 0 : before[i - 1]))
                .max()
                .orElse(0);
        // Found after 35 percent of the run time, that is 35 in 65 of the time before.
        double promised = done >= 50 ? stuckAt * 0.35 / 0.65 : 6 * longest;
        // The look that sees the last step, and the one that sees that it was the last, come up to an interval late
        // each.
        promised = 2 * NoisyTraces.INTERVAL_SECONDS + Math.max(promised, done < 2 ? 7_200 : 300);
        double at = breachAt(rule, before, percentAStep, kind.isWobbling(), stuckAt + 3 * promised);
        return new Found(isHealthyCancelled, at == NEVER ? NEVER : at - stuckAt, promised);
    }

    /** When each step ends, in seconds. */
    private static double[] ends(Kind kind, int steps, double length, Random random) {
        double[] ends = new double[steps];
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += kind.variation() == 0 ? 1 : gamma(random, 1 / (kind.variation() * kind.variation()));
            ends[i] = sum;
        }
        double stretch = (1 - kind.plateau()) * length / sum;
        return Arrays.stream(ends).map(end -> end * stretch).toArray();
    }

    /** Of mean {@code shape} and variance {@code shape} (Marsaglia and Tsang, 2000). */
    private static double gamma(Random random, double shape) {
        if (shape < 1) {
            return gamma(random, shape + 1) * StrictMath.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double v = StrictMath.pow(1 + c * normal, 3);
            if (v > 0
                    && StrictMath.log(random.nextDouble())
                            < 0.5 * normal * normal + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }

    private static double breachAt(
            StagnationRule rule, double[] ends, double percentAStep, boolean isWobbling, double until) {
        RuleMemory memory = RuleMemory.none(0);
        int done = 0;
        for (int look = 0; look * NoisyTraces.INTERVAL_SECONDS < until; look++) {
            int at = look * NoisyTraces.INTERVAL_SECONDS;
            while (done < ends.length && ends[done] <= at) {
                done++;
            }
            boolean tellsLess = isWobbling && done == ends.length && look % 2 == 1;
            double progress = Math.max(0, done * percentAStep - (tellsLess ? 0.1 : 0));
            Finding finding = rule.check(look(progress, START.plusSeconds(at)), memory);
            if (finding.breach().isPresent()) {
                return at;
            }
            memory = finding.memory();
        }
        return NEVER;
    }

    private static RuleInput look(double progress, Instant now) {
        JobStatus status = new JobStatus(
                "job",
                TrainingState.RUNNING,
                progress,
                List.of(),
                ResourceUtilization.UNKNOWN,
                null,
                null,
                0,
                null,
                false);
        return new RuleInput(status, Observed.none(), GAP, now);
    }
}
