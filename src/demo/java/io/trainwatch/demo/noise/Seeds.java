package io.trainwatch.demo.noise;

import java.util.Random;

/** Random numbers of simulated jobs: the same for the same seed, on any machine and any Java. */
final class Seeds {

    private Seeds() {}

    /** The seed of one of many jobs: the finalizer of SplitMix64 (Steele, Lea and Flood, 2014), so that neighbours have nothing in common. */
    static long mix(long seed, long index) {
        long mixed = seed + index * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** Of mean {@code shape} and variance {@code shape} (Marsaglia and Tsang, 2000). */
    static double gamma(Random random, double shape) {
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
}
