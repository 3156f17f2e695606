package io.trainwatch.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What all looks at a job add up to. Immutable; kept in the store between looks.
 *
 * <p>The tenant shows a window of its latest samples, and the windows of two looks overlap. A sample is known by its
 * time, name and value; the hashes of the {@value #MAX_HASHES} samples counted last are kept, four windows' worth, so
 * that none is counted twice even when they come late or out of order.
 *
 * @param looks valid looks so far
 * @param peakCpu percent; {@code null} where no look saw any
 * @param peakMemory percent; {@code null} where no look saw any
 * @param lastProgress percent, of the latest look that saw any; {@code null} before
 * @param progressSince the look that last saw progress grow, or first saw the job running; {@code null} before it runs,
 *     and while the tenant does not tell the progress
 * @param startedAt as the tenant says, {@code null} until it does
 * @param completedAt as the tenant says, {@code null} until it does
 * @param failReason why it failed, in the tenant's words; {@code null} until the tenant tells
 * @param means by metric name; at most {@value #MAX_METRICS} names, further ones are not counted
 * @param recent hashes of the samples counted last, oldest first
 * @param rules what the rules of the policy remember, by the id of the rule; empty before the first is asked
 * @param incomplete the names of the fields that could not be used in some look, in the order in which they came up
 * @param pace how fast it gets on; {@code null} before a look saw progress of the running job
 * @param expectedEnd when it will end, as of the latest look; {@code null} where nobody can know
 * @param entityTag of the response that was read last, as the tenant gave it; {@code null} where it gives none
 */
public record Observed(
        long looks,
        Double peakCpu,
        Double peakMemory,
        Double lastProgress,
        Instant progressSince,
        Instant startedAt,
        Instant completedAt,
        String failReason,
        Map<String, Mean> means,
        long[] recent,
        Map<String, RuleMemory> rules,
        List<String> incomplete,
        Pace pace,
        ExpectedEnd expectedEnd,
        String entityTag) {

    static final int MAX_HASHES = 200;
    static final int MAX_METRICS = 64;

    private static final Observed NONE = new Observed(
            0, null, null, null, null, null, null, null, Map.of(), new long[0], Map.of(), List.of(), null, null, null);

    /** Before the first look. */
    public static Observed none() {
        return NONE;
    }

    /** This and one more look. */
    public Observed after(JobStatus status, Instant now) {
        return after(status, now, false);
    }

    /** @param near whether the look was taken because the end of the job was near */
    public Observed after(JobStatus status, Instant now, boolean near) {
        ResourceUtilization used = status.resourceUtilization();
        boolean running = status.state() == TrainingState.RUNNING;
        Double progress = status.progressPercent();
        boolean grew = progress != null && (lastProgress == null || progress > lastProgress);
        Instant since = running && (progressSince == null || grew) ? now : progressSince;
        Samples samples = new Samples(means, recent).plus(status.metrics());
        return new Observed(
                looks + 1,
                larger(peakCpu, used.cpuUsage()),
                larger(peakMemory, used.memoryUsage()),
                progress == null ? lastProgress : progress,
                progress == null ? null : since,
                status.startedAt() == null ? startedAt : status.startedAt(),
                status.completedAt() == null ? completedAt : status.completedAt(),
                status.failReason() == null ? failReason : status.failReason(),
                samples.means(),
                samples.recent(),
                rules,
                more(incomplete, status.incomplete().keySet()),
                progress == null || !running ? pace : pace(progress, now, near),
                expectedEnd,
                entityTag);
    }

    private Pace pace(double progress, Instant now, boolean near) {
        return pace == null || lastProgress == null ? Pace.begun(now) : pace.after(lastProgress, progress, now, near);
    }

    /**
     * How long the job still takes, as far as its progress says: negative where it should be over; empty where nobody can
     * know.
     */
    public Optional<Duration> remaining(Instant now) {
        return pace == null || lastProgress == null || progressSince == null
                ? Optional.empty()
                : pace.remaining(lastProgress, progressSince, now);
    }

    /**
     * This, with what came of the latest look besides.
     *
     * @param end when the job will end; {@code null} where nobody can know
     * @param tag the entity tag of the response; {@code null} for none
     */
    public Observed expecting(ExpectedEnd end, String tag) {
        return with(failReason, means, recent, rules, incomplete, pace, end, tag);
    }

    private static List<String> more(List<String> known, Set<String> names) {
        if (names.isEmpty() || known.containsAll(names)) {
            return known;
        }
        Set<String> all = new LinkedHashSet<>(known);
        all.addAll(names);
        return List.copyOf(all);
    }

    /** This, with what the rules remember from now on. */
    public Observed remembering(Map<String, RuleMemory> byRule) {
        return with(failReason, means, recent, byRule, incomplete, pace, expectedEnd, entityTag);
    }

    /** This, with finite figures that are given once: of those names, they take the place of what samples gave. */
    public Observed withFigures(Map<String, Double> figures) {
        Map<String, Mean> all = new LinkedHashMap<>(means);
        figures.forEach((name, value) -> all.put(name, Mean.NONE.plus(value)));
        return with(failReason, all, recent, rules, incomplete, pace, expectedEnd, entityTag);
    }

    /** This, without the samples and the pace, which no rule asks for: what a judge needs to go on from. */
    public Observed withoutSamples() {
        return with(null, Map.of(), new long[0], rules, List.of(), null, null, null);
    }

    private Observed with(
            String reason,
            Map<String, Mean> byMetric,
            long[] hashes,
            Map<String, RuleMemory> byRule,
            List<String> unusable,
            Pace known,
            ExpectedEnd end,
            String tag) {
        return new Observed(
                looks,
                peakCpu,
                peakMemory,
                lastProgress,
                progressSince,
                startedAt,
                completedAt,
                reason,
                byMetric,
                hashes,
                byRule,
                unusable,
                known,
                end,
                tag);
    }

    private static Double larger(Double known, Double seen) {
        return known == null || seen != null && seen > known ? seen : known;
    }

    /** The mean over every distinct sample, by metric name in the order of the alphabet. */
    public Map<String, Double> meanByMetric() {
        Map<String, Double> byName = new TreeMap<>();
        means.forEach((name, mean) -> byName.put(name, mean.value()));
        return byName;
    }

    /** Compact JSON for the store. */
    public String toJson() {
        return ObservedJson.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote; a missing field is as before the first look.
     *
     * @throws IllegalStateException where the text is something else
     */
    public static Observed fromJson(String json) {
        return ObservedJson.read(json);
    }

    /** Samples counted so far, and those of one more window. */
    private record Samples(Map<String, Mean> means, long[] recent) {

        Samples plus(List<Metric> window) {
            if (window.isEmpty()) {
                return this;
            }
            RecentHashes hashes = new RecentHashes(recent, MAX_HASHES);
            Map<String, Mean> grown = null;
            for (Metric sample : window) {
                // One value that is no number would make a mean no number for good.
                if (Double.isFinite(sample.value()) && hashes.add(SampleHash.of(sample))) {
                    if (grown == null) {
                        grown = new LinkedHashMap<>(means);
                    }
                    if (grown.containsKey(sample.name()) || grown.size() < MAX_METRICS) {
                        grown.put(
                                sample.name(),
                                grown.getOrDefault(sample.name(), Mean.NONE).plus(sample.value()));
                    }
                }
            }
            return grown == null ? this : new Samples(grown, hashes.toArray());
        }
    }

    /** The latest of many hashes, in the order in which they came. Not thread-safe. */
    private static final class RecentHashes {

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
}
