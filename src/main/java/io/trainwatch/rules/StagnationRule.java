package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Rule.Finding;
import io.trainwatch.rules.Rule.RuleInput;
import java.time.Duration;
import java.time.Instant;

/**
 * No progress for a time, wherever the job stands still: at 0 percent or at 99.
 *
 * <p>Progress is a new maximum, at least {@code minDelta} over the one before, so that falling back and rising again is
 * none. A time in which nobody looked does not count. A breach takes {@code within}, and longer
 * <ul>
 *   <li>before the second step: {@link #BEFORE_A_STEP_IS_KNOWN}, since loading data can take hours,
 *   <li>of a job that makes few steps: {@value #OF_FEW_STEPS} times the longest of them,
 *   <li>of one that has made {@value #MANY_STEPS}: {@value #OF_MANY_STEPS} times the longest of them, and
 *       {@value #SHARE_OF_RUN} of the time that it has run, since its phases differ; the same from {@value #NEARLY_DONE}
 *       percent on, where many jobs stand until they have saved what they learned.
 * </ul>
 * The steps of earlier jobs of the project count as its own.
 *
 * <p>docs/policies.md says how the numbers were chosen; {@link StagnationTrial} shows what they achieve.
 *
 * @param within more than 0; without learning, a breach as soon as it has passed
 * @param minDelta percentage points, 0 or more; with 0, any increase is progress
 * @param learning whether the job's own steps count; else {@code null}, and {@code within} alone decides, and falling back
 *     begins anew
 * @param below only jobs whose progress is below so many percent are judged; {@code null} for all
 */
public record StagnationRule(
        String id,
        Level level,
        Duration within,
        double minDelta,
        @JsonInclude(JsonInclude.Include.NON_NULL) Boolean learning,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double below)
        implements Rule {

    private static final double OF_FEW_STEPS = 5;
    private static final int MANY_STEPS = 50;
    private static final double OF_MANY_STEPS = 2;
    private static final double SHARE_OF_RUN = 0.3;
    private static final double NEARLY_DONE = 99;
    private static final Duration BEFORE_A_STEP_IS_KNOWN = Duration.ofHours(2);
    /** Who falls back below this share of the best has started over. */
    private static final double STARTED_OVER = 0.1;

    public StagnationRule {
        id = Arguments.or(id, "max-stagnation");
        level = Arguments.or(level, Level.CANCEL);
        // Not false: a policy that does not learn is recorded as it was before there was learning.
        learning = Boolean.TRUE.equals(learning) ? true : null;
        Arguments.positive(id, within);
        Arguments.percent(id + ": minDelta", minDelta);
        if (below != null) {
            Arguments.percent(id + ": below", below);
        }
    }

    /** A rule that goes by the time alone. */
    public StagnationRule(String id, Level level, Duration within, double minDelta) {
        this(id, level, within, minDelta, null, null);
    }

    /** A rule for all jobs. */
    public StagnationRule(String id, Level level, Duration within, double minDelta, boolean fixed) {
        this(id, level, within, minDelta, !fixed, null);
    }

    /** Whether the time alone decides. */
    @JsonIgnore
    public boolean isFixed() {
        return learning == null;
    }

    @Override
    public String meaning() {
        String least = minDelta == 0 ? "" : " of at least " + Arguments.plain(minDelta) + " points";
        String learning = isFixed() ? "" : ", and for longer than its own steps make plausible";
        String beginning = below == null ? "" : " below " + Arguments.plain(below) + " %";
        return "no progress" + beginning + least + " for " + Arguments.plain(within) + learning;
    }

    @Override
    public String offence() {
        return "make " + meaning() + " (" + id + ")";
    }

    @Override
    public Bound bound() {
        return Bound.within("progress", within);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        Double progress = input.status().progressPercent();
        if (progress == null) {
            return Finding.nothing(before);
        }
        RuleMemory after = isFixed()
                ? afterFixed(input, before, progress).plus(false, input.now())
                : afterStep(input, before, progress).at(input.now());
        Duration still = Duration.between(after.since(), input.now());
        Duration limit = isFixed() ? within : plausible(input, after);
        return Finding.of(
                after,
                still.compareTo(limit) >= 0 && (below == null || progress < below),
                () -> new Breach(
                        id, level, Arguments.seconds(still), Arguments.seconds(limit), after.since(), meaning()));
    }

    private RuleMemory afterFixed(RuleInput input, RuleMemory before, double progress) {
        if (before.at() == null) {
            return before.best(progress).since(firstSince(input));
        }
        if (isStep(before, progress) || Limit.hasGap(before, input.now(), input.gap())) {
            return before.best(progress).since(input.now());
        }
        return progress < before.best() ? before.best(progress) : before;
    }

    /**
     * What is known of the job's steps: the memory's readings count them, its sum is the longest, and its last is for how
     * long the job has been looked at, both in seconds.
     */
    private RuleMemory afterStep(RuleInput input, RuleMemory before, double progress) {
        if (before.at() == null) {
            return before.best(progress).since(firstSince(input));
        }
        Duration passed = Duration.between(before.at(), input.now());
        // Nobody knows what the job did in a gap: the time that it stands still goes on behind it.
        boolean hasGap = Limit.hasGap(before, input.now(), input.gap());
        Instant since = hasGap ? before.since().plus(passed) : before.since();
        RuleMemory after = before.sum(before.sum(), before.last() + (hasGap ? 0 : Arguments.seconds(passed)));
        if (isStep(before, progress)) {
            // It ended somewhere between the two looks.
            double step = Arguments.seconds(Duration.between(since, input.now()))
                    - (hasGap ? 0 : Arguments.seconds(passed) / 2);
            return after.oneMore()
                    .sum(Math.max(after.sum(), step), after.last())
                    .best(progress)
                    .since(input.now());
        }
        boolean startedOver = progress < before.best() * STARTED_OVER;
        return startedOver ? after.best(progress).since(input.now()) : after.since(since);
    }

    /** What is remembered before the first look at a job, where others like it have stood still for so many seconds. */
    public RuleMemory after(double longestStep) {
        return RuleMemory.none(meaning().hashCode()).sum(longestStep, 0);
    }

    /** For how many seconds a job that has ended stood still at the most, until its end included. */
    public static double longestStep(RuleMemory memory, Instant end) {
        double last = memory.since() == null ? 0 : Arguments.seconds(Duration.between(memory.since(), end));
        return Math.max(memory.sum(), last);
    }

    private boolean isStep(RuleMemory before, double progress) {
        return progress > before.best() && progress - before.best() >= minDelta;
    }

    private Duration plausible(RuleInput input, RuleMemory after) {
        boolean makesMany = after.readings() >= MANY_STEPS;
        double seconds = Math.max(Arguments.seconds(within), (makesMany ? OF_MANY_STEPS : OF_FEW_STEPS) * after.sum());
        if (makesMany || after.best() >= NEARLY_DONE) {
            double running = Math.max(after.last(), Arguments.seconds(input.runningFor(input.now())));
            seconds = Math.max(seconds, SHARE_OF_RUN * running);
        }
        if (after.readings() < 2) {
            seconds = Math.max(seconds, Arguments.seconds(BEFORE_A_STEP_IS_KNOWN));
        }
        return Duration.ofMillis((long) (seconds * 1000));
    }

    /** A job that was watched before there was a memory has its time from the looks until then. */
    private static Instant firstSince(RuleInput input) {
        return Arguments.or(input.observed().progressSince(), input.now());
    }
}
