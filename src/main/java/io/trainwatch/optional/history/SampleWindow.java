package io.trainwatch.optional.history;

import io.trainwatch.job.Metric;
import io.trainwatch.job.SampleHash;
import java.util.Arrays;
import java.util.List;

/**
 * The samples that a look showed, by hashes: enough to tell which of them the next look shows again.
 *
 * <p>A tenant shows the same fifty samples again and again, of which one or two are new; only those are recorded, and for
 * the others where they stood in the look before.
 *
 * @param hashes in the order in which the tenant told the samples
 */
record SampleWindow(long[] hashes) {

    static final SampleWindow EMPTY = new SampleWindow(new long[0]);

    static SampleWindow of(List<Metric> samples) {
        long[] hashes = new long[samples.size()];
        for (int i = 0; i < hashes.length; i++) {
            Metric sample = samples.get(i);
            hashes[i] = SampleHash.with(SampleHash.of(sample), sample.unit());
        }
        return new SampleWindow(hashes);
    }

    /**
     * Where the sample stands.
     *
     * @param likely where to look first
     * @return -1 where it does not
     */
    int indexOf(long hash, int likely) {
        if (likely < hashes.length && hashes[likely] == hash) {
            return likely;
        }
        for (int i = 0; i < hashes.length; i++) {
            if (hashes[i] == hash) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampleWindow window && Arrays.equals(hashes, window.hashes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hashes);
    }

    @Override
    public String toString() {
        return hashes.length + " samples";
    }
}
