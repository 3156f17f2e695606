package io.trainwatch.job;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The latest of many hashes, in the order in which they came. Not thread-safe. */
final class RecentHashes {

    private final Set<Long> known = new HashSet<>();
    private final long[] ring;
    private int first;
    private int size;

    RecentHashes(long[] oldestFirst, int most) {
        ring = new long[most];
        for (long hash : oldestFirst) {
            add(hash);
        }
    }

    /** Whether the hash is new; a known one keeps its place. */
    boolean add(long hash) {
        if (!known.add(hash)) {
            return false;
        }
        if (size == ring.length) {
            known.remove(ring[first]);
            ring[first] = hash;
            first = (first + 1) % ring.length;
        } else {
            ring[(first + size++) % ring.length] = hash;
        }
        return true;
    }

    long[] toArray() {
        long[] oldestFirst = Arrays.copyOf(ring, size);
        for (int i = 0; i < size; i++) {
            oldestFirst[i] = ring[(first + i) % ring.length];
        }
        return oldestFirst;
    }
}
