package io.trainwatch.demo.noise;

import io.trainwatch.demo.simulator.Chance;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * CPU readings of simulated jobs, in percent, one each {@value #INTERVAL_SECONDS} seconds: the same for the same seed, on
 * any machine and any Java.
 *
 * <p>A healthy job has no ten minutes whose mean is over the limit of {@value #LIMIT}; one that was drawn with such ten
 * minutes is left out. Unless its kind says something else, readings are normally distributed around
 * {@value #HEALTHY_MEAN} with a deviation of {@value #DEVIATION}, each keeps half of the stray of the last (an
 * autoregressive process of order 1), and all are cut off at 0 and at 100 as a tenant's are.
 */
final class NoisyTraces {

    static final double LIMIT = 95;
    static final double HEALTHY_MEAN = 80;
    static final double DEVIATION = 6;
    static final int INTERVAL_SECONDS = 15;
    static final int LOOKS_PER_MINUTE = 60 / INTERVAL_SECONDS;
    static final int DAY = 24 * 60 * LOOKS_PER_MINUTE;
    /** The median length of a training in public reports, in looks. */
    static final int SHORT_RUN = 34 * LOOKS_PER_MINUTE;
    /** A breaching job begins to breach after 25 minutes, and then has four hours to be found. */
    static final int ONSET = 25 * LOOKS_PER_MINUTE;

    private static final int BREACHING = ONSET + 240 * LOOKS_PER_MINUTE;
    private static final int TEN_MINUTES = 10 * LOOKS_PER_MINUTE;

    /**
     * One job.
     *
     * @param onset the first reading whose mean is over the limit; the number of readings where none is
     * @param readings NaN for one that is missing
     */
    record Trace(int onset, double[] readings) {

        static Trace healthy(double[] readings) {
            return new Trace(readings.length, readings);
        }

        boolean isHealthy() {
            return onset == readings.length;
        }
    }

    /** A kind of noise, or of breach. */
    record Kind(String name, boolean isHealthy, Function<Random, Trace> drawing) {

        Trace draw(long seed, int index) {
            Trace trace = drawing.apply(new Random(Chance.seed(seed + name.hashCode(), index)));
            double[] readings = trace.readings();
            for (int i = 0; i < readings.length; i++) {
                readings[i] = Math.min(100, Math.max(0, readings[i]));
            }
            return trace;
        }
    }

    static final List<Kind> KINDS = List.of(
            healthy("independent", random -> noise(random, DAY, 0)),
            healthy("correlated 0.5", random -> noise(random, DAY, 0.5)),
            healthy("correlated 0.8", random -> noise(random, DAY, 0.8)),
            healthy("correlated 0.9", random -> noise(random, DAY, 0.9)),
            healthy("heavy tails", random -> heavyTails(random, 0)),
            healthy("heavy tails, 0.5", random -> heavyTails(random, 0.5)),
            healthy("bursts", random -> phases(random, 10, 3, 6)),
            healthy("evaluation phases", random -> phases(random, 30, 8, 12)),
            healthy("warm-up", random -> high(random, noise(random, DAY, 0.5), 0, 2 * LOOKS_PER_MINUTE)),
            healthy("repeated readings", random -> repeated(random, 2 + random.nextInt(3))),
            healthy("frozen readings", NoisyTraces::frozen),
            healthy("whole percent", random -> rounded(random, 1)),
            healthy("steps of 5 percent", random -> rounded(random, 5)),
            healthy("20 % missing", NoisyTraces::missing),
            healthy("drift", random -> {
                double from = between(random, 70, 80);
                return sum(
                        noise(random, DAY, 0.5), rising(from - HEALTHY_MEAN, between(random, 75, 85) - HEALTHY_MEAN));
            }),
            healthy("day and night", random -> {
                double phase = between(random, 0, 2 * Math.PI);
                return sum(noise(random, DAY, 0.5), i -> -5 + 8 * StrictMath.sin(phase + i * 2 * Math.PI / DAY));
            }),
            healthy("sawtooth", random -> {
                int period = (20 + random.nextInt(40)) * LOOKS_PER_MINUTE;
                int shift = random.nextInt(period);
                return sum(noise(random, DAY, 60, 1.5, 0.5), i -> 35.0 * ((i + shift) % period) / period);
            }),
            healthy("hot, +- 0.5", random -> noise(random, DAY, between(random, 93, 94.5), 0.5, 0.5)),
            healthy("hot, +- 1", random -> noise(random, DAY, between(random, 93, 94.5), 1, 0.5)),
            step("step to 97 +- 1", random -> noise(random, BREACHING, 97, 1, 0.5)),
            step("step to 97 +- 2", random -> noise(random, BREACHING, 97, 2, 0.5)),
            step("step to 97 +- 3", random -> noise(random, BREACHING, 97, 3, 0.5)),
            step("step to 97 +- 4", random -> noise(random, BREACHING, 97, 4, 0.5)),
            step("step to 97 +- 5", random -> noise(random, BREACHING, 97, 5, 0.5)),
            step("step to 97 +- 6", random -> noise(random, BREACHING, 97, 6, 0.5)),
            step("step to 97, 0.8", random -> noise(random, BREACHING, 97, DEVIATION, 0.8)),
            step("step to 97, frozen", random -> constant(97)),
            step("step to 100", random -> constant(100)),
            // The mean is over the limit once it has risen by 15 of 17 points in half an hour, or of 30 in four hours.
            ramp("ramp to 97", 17, 30 * LOOKS_PER_MINUTE, DEVIATION / 2),
            ramp("leak", 20, 200 * LOOKS_PER_MINUTE, 0.5));

    private NoisyTraces() {}

    private static Kind healthy(String name, Function<Random, double[]> readings) {
        return new Kind(name, true, random -> {
            double[] drawn = readings.apply(random);
            return hasTenMinutesOver(drawn) ? new Trace(0, drawn) : Trace.healthy(drawn);
        });
    }

    private static Kind step(String name, Function<Random, double[]> after) {
        return new Kind(name, false, random -> {
            double[] readings = noise(random, BREACHING, 0.5);
            double[] breaching = after.apply(random);
            System.arraycopy(breaching, ONSET, readings, ONSET, BREACHING - ONSET);
            return new Trace(ONSET, readings);
        });
    }

    private static Kind ramp(String name, double rise, int looks, double deviation) {
        int crossing = (int) Math.ceil(looks * (LIMIT - HEALTHY_MEAN) / rise);
        return new Kind(name, false, random -> {
            double[] readings = sum(
                    noise(random, BREACHING, HEALTHY_MEAN, deviation, 0.5),
                    i -> rise * Math.min(1, (double) i / looks));
            return new Trace(crossing, readings);
        });
    }

    private static boolean hasTenMinutesOver(double[] readings) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < readings.length; i++) {
            if (!Double.isNaN(readings[i])) {
                sum += Math.min(100, readings[i]);
                count++;
            }
            if (i >= TEN_MINUTES && !Double.isNaN(readings[i - TEN_MINUTES])) {
                sum -= Math.min(100, readings[i - TEN_MINUTES]);
                count--;
            }
            if (i >= TEN_MINUTES - 1 && sum > LIMIT * count) {
                return true;
            }
        }
        return false;
    }

    private static double[] noise(Random random, int looks, double correlation) {
        return noise(random, looks, HEALTHY_MEAN, DEVIATION, correlation);
    }

    private static double[] noise(Random random, int looks, double mean, double deviation, double correlation) {
        return autoregressive(random, looks, mean, deviation, correlation, Random::nextGaussian);
    }

    /** Student's t with three degrees of freedom, of the usual deviation. */
    private static double[] heavyTails(Random random, double correlation) {
        return autoregressive(random, DAY, HEALTHY_MEAN, DEVIATION, correlation, one -> {
            double squares = 0;
            for (int i = 0; i < 3; i++) {
                squares += StrictMath.pow(one.nextGaussian(), 2);
            }
            return one.nextGaussian() / StrictMath.sqrt(squares);
        });
    }

    private static double[] autoregressive(
            Random random,
            int looks,
            double mean,
            double deviation,
            double correlation,
            Function<Random, Double> innovation) {
        double[] readings = new double[looks];
        double fresh = StrictMath.sqrt(1 - correlation * correlation);
        double stray = innovation.apply(random);
        for (int i = 0; i < looks; i++) {
            readings[i] = mean + deviation * stray;
            stray = correlation * stray + fresh * innovation.apply(random);
        }
        return readings;
    }

    /** Phases of some looks at 97 to 100 percent, one each so many minutes. */
    private static double[] phases(Random random, int minutes, int shortest, int longest) {
        double[] readings = noise(random, DAY, 0.5);
        int period = minutes * LOOKS_PER_MINUTE;
        for (int i = random.nextInt(period); i < DAY; i += period) {
            high(random, readings, i, shortest + random.nextInt(longest - shortest + 1));
        }
        return readings;
    }

    private static double[] high(Random random, double[] readings, int from, int looks) {
        for (int i = from; i < Math.min(from + looks, readings.length); i++) {
            readings[i] = between(random, 97, 100);
        }
        return readings;
    }

    /** An exporter that reads anew at every few looks only. */
    private static double[] repeated(Random random, int looks) {
        double[] fresh = noise(random, DAY, 0.5);
        double[] readings = new double[DAY];
        Arrays.setAll(readings, i -> fresh[i / looks]);
        return readings;
    }

    /** An exporter that stands still for 2 to 15 minutes now and then. */
    private static double[] frozen(Random random) {
        double[] readings = noise(random, DAY, 0.5);
        for (int i = 0; i < DAY; i++) {
            if (random.nextInt(50 * LOOKS_PER_MINUTE) == 0) {
                int until = Math.min(DAY, i + (2 + random.nextInt(13)) * LOOKS_PER_MINUTE);
                Arrays.fill(readings, i, until, readings[i]);
                i = until;
            }
        }
        return readings;
    }

    private static double[] rounded(Random random, double step) {
        double[] readings = noise(random, DAY, 0.5);
        Arrays.setAll(readings, i -> Math.round(readings[i] / step) * step);
        return readings;
    }

    private static double[] missing(Random random) {
        double[] readings = noise(random, DAY, 0.5);
        Arrays.setAll(readings, i -> random.nextInt(5) == 0 ? Double.NaN : readings[i]);
        return readings;
    }

    private static double[] constant(double value) {
        double[] readings = new double[BREACHING];
        Arrays.fill(readings, value);
        return readings;
    }

    private static Function<Integer, Double> rising(double from, double to) {
        return i -> from + (to - from) * i / DAY;
    }

    private static double[] sum(double[] readings, Function<Integer, Double> added) {
        Arrays.setAll(readings, i -> readings[i] + added.apply(i));
        return readings;
    }

    private static double between(Random random, double least, double most) {
        return least + (most - least) * random.nextDouble();
    }
}
