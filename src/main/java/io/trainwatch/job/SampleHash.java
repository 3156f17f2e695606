package io.trainwatch.job;

/** A hash of 64 bits that tells samples apart; it is kept in the store, and so stays as it is. */
public final class SampleHash {

    private SampleHash() {}

    /** Of the time, the value and the name. */
    public static long of(Metric sample) {
        long hash = mix(sample.timestamp().getEpochSecond());
        hash = mix(hash ^ sample.timestamp().getNano());
        hash = mix(hash ^ Double.doubleToLongBits(sample.value()));
        return with(hash, sample.name());
    }

    /** The hash with a text more. */
    public static long with(long before, String text) {
        long hash = before;
        for (int i = 0; i < text.length(); i++) {
            hash = hash * 0x100000001b3L ^ text.charAt(i);
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
