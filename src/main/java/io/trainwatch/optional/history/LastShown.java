package io.trainwatch.optional.history;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the committed looks of this process have shown last, by job. Forgets those that were not looked at for the longest
 * time; then, as after a restart, the next look at the job is recorded as a whole. Thread-safe.
 */
final class LastShown {

    /** Some 500 bytes each. */
    private static final int MOST = 20_000;

    private final Map<String, Shown> byJob = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Shown> eldest) {
            return size() > MOST;
        }
    };

    private record Shown(int epoch, long number, int sinceWhole, SampleWindow window) {}

    /**
     * @param sinceWhole how many looks ago one was recorded as a whole
     */
    record Base(SampleWindow window, int sinceWhole) {}

    /** What the look with this number has shown; {@code null} where this process does not know. */
    synchronized Base find(String job, int epoch, long number) {
        Shown shown = byJob.get(job);
        return shown == null || shown.epoch != epoch || shown.number != number
                ? null
                : new Base(shown.window, shown.sinceWhole);
    }

    synchronized void put(String job, int epoch, long number, int sinceWhole, SampleWindow window) {
        byJob.put(job, new Shown(epoch, number, sinceWhole, window));
    }

    synchronized void forget(String job) {
        byJob.remove(job);
    }
}
