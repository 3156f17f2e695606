package io.trainwatch.verdict;

import java.util.Random;

/**
 * CPU readings of simulated jobs, in percent: the same for the same seed, on any machine and any Java.
 *
 * <p>The readings are normally distributed around their mean with a deviation of {@value #DEVIATION}, and cut off at 0 and
 * at 100 as a tenant's are. A healthy job's mean is {@value #HEALTHY_MEAN}; that of a breaching one steps at some sample
 * to one of {@link #BREACHING_MEANS}, which is a deviation above the limit of {@value #LIMIT}, give or take 1. Where readings are correlated, each
 * keeps part of the stray of the last (an autoregressive process of order 1, of the same deviation).
 *
 * @param seed of all traces; each trace has its own random numbers
 * @param correlation of readings that follow each other, 0 to less than 1
 */
record NoisyTraces(long seed, double correlation) {

    static final int SAMPLES = 135;
    static final double LIMIT = 92;
    static final double HEALTHY_MEAN = 80;
    static final double DEVIATION = 6;

    /** A breaching job has one of them, each as often as the others. */
    static final double[] BREACHING_MEANS = {97, 98, 99};

    /** A step is followed by at least so many samples, else an end of the trace would pass for a quick find. */
    private static final int MOST_BEFORE_THE_STEP = 105;

    /**
     * One job.
     *
     * @param step the first sample that the mean is over the limit at; {@link #SAMPLES} where it never is
     * @param mean the mean from then on
     */
    record Trace(int step, double mean, double[] readings) {}

    Trace healthy(int index) {
        return trace(new Random(mix(2L * index)), SAMPLES, HEALTHY_MEAN);
    }

    Trace breaching(int index) {
        Random random = new Random(mix(2L * index + 1));
        int step = random.nextInt(MOST_BEFORE_THE_STEP);
        return trace(random, step, BREACHING_MEANS[index % BREACHING_MEANS.length]);
    }

    private Trace trace(Random random, int step, double mean) {
        double[] readings = new double[SAMPLES];
        double fresh = Math.sqrt(1 - correlation * correlation);
        double stray = random.nextGaussian();
        for (int i = 0; i < SAMPLES; i++) {
            double around = i < step ? HEALTHY_MEAN : mean;
            readings[i] = Math.min(100, Math.max(0, around + DEVIATION * stray));
            stray = correlation * stray + fresh * random.nextGaussian();
        }
        return new Trace(step, mean, readings);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014), so that neighbours have nothing in common. */
    private long mix(long index) {
        long mixed = seed + index * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
