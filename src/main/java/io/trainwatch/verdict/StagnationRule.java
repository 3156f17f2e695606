package io.trainwatch.verdict;

import io.trainwatch.status.RuleMemory;
import java.time.Duration;
import java.time.Instant;

/**
 * No progress for a time, wherever the job stands still: at 0 percent or at 99.
 *
 * <p>Progress is an increase of at least {@code minDelta} over the progress with which the time began, so that small steps
 * add up. Where progress falls back, the rest of the time counts from there. A time in which nobody looked does not count.
 *
 * @param within more than 0; a breach as soon as it has passed
 * @param minDelta percentage points, 0 or more; with 0, any increase is progress
 */
public record StagnationRule(String id, Level level, Duration within, double minDelta) implements Rule {

    public StagnationRule {
        id = Given.or(id, "max-stagnation");
        level = Given.or(level, Level.CANCEL);
        Given.positive(id, within);
        Given.percent(id + ": minDelta", minDelta);
    }

    @Override
    public String meaning() {
        String least = minDelta == 0 ? "" : " of at least " + Given.plain(minDelta) + " points";
        return "no progress" + least + " for " + Given.plain(within);
    }

    @Override
    public Finding check(Sight sight, RuleMemory before) {
        Double progress = sight.status().progressPercent();
        if (progress == null) {
            return Finding.nothing(before);
        }
        RuleMemory after = after(sight, before, progress).plus(false, sight.now());
        Duration still = Duration.between(after.since(), sight.now());
        return Finding.of(
                after,
                still.compareTo(within) >= 0,
                () -> new Breach(id, level, Given.seconds(still), Given.seconds(within), after.since(), meaning()));
    }

    private RuleMemory after(Sight sight, RuleMemory before, double progress) {
        if (before.at() == null) {
            // A job that was watched before there was a memory has its time from the looks until then.
            Instant known = sight.observed().progressSince();
            return before.best(progress).since(Given.or(known, sight.now()));
        }
        boolean grew = progress > before.best() && progress - before.best() >= minDelta;
        if (grew || Limit.hasGap(before, sight.now(), sight.gap())) {
            return before.best(progress).since(sight.now());
        }
        return progress < before.best() ? before.best(progress) : before;
    }
}
