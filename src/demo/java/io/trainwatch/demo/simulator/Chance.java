package io.trainwatch.demo.simulator;

/**
 * Random numbers that are functions of what they are asked for, not of when or in which order they are asked.
 *
 * <p>A generator with a state would give other numbers as soon as two requests arrive the other way round, and a run
 * could not be repeated. The mixing is SplitMix64's.
 */
public final class Chance {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Chance() {}

    /** A seed for one purpose, drawn from a wider one. */
    static long seed(long seed, String purpose) {
        long mixed = seed;
        for (int i = 0; i < purpose.length(); i++) {
            mixed = mix(mixed ^ purpose.charAt(i));
        }
        return mix(mixed ^ purpose.length());
    }

    /** The number with this index under a seed: at least 0, less than 1, evenly spread. */
    static double at(long seed, long index) {
        return (seed(seed, index) >>> 11) * 0x1.0p-53;
    }

    /** A curve through the numbers of a seed, one for each whole {@code position}; at least 0, less than 1. */
    static double smoothAt(long seed, double position) {
        long index = (long) Math.floor(position);
        double share = position - index;
        return at(seed, index) * (1 - share) + at(seed, index + 1) * share;
    }

    /** A seed for one of many of a kind: neighbours have nothing in common. */
    public static long seed(long seed, long index) {
        return mix(seed + index * GOLDEN);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
