package io.trainwatch.rules;

import io.trainwatch.job.Metric;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The samples of a metric that a rule has not judged yet. */
final class Samples {

    private Samples() {}

    /**
     * Those taken after the latest that was judged, oldest first, so that none counts twice however often the tenant shows
     * it. One from the future is left out: until that time came, it would make all others look old.
     */
    static List<Metric> fresh(RuleInput input, String metric, RuleMemory memory) {
        Instant latest = input.now().plus(input.gap());
        return input.status().metrics().stream()
                .filter(sample -> sample.name().equals(metric))
                .filter(sample -> memory.at() == null || sample.timestamp().isAfter(memory.at()))
                .filter(sample -> !sample.timestamp().isAfter(latest))
                .sorted(Comparator.comparing(Metric::timestamp))
                .toList();
    }

    /** The longest time between two samples that follow each other, where a policy does not say. */
    static final Duration GAP = Duration.ofMinutes(30);
}
