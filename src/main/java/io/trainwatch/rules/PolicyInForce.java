package io.trainwatch.rules;

import io.trainwatch.job.JobKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** A policy that jobs are judged by. Immutable; thread-safe. */
public final class PolicyInForce {

    private final WrittenPolicy written;
    private final Policy policy;
    private final Judge judge;

    private PolicyInForce(WrittenPolicy written, Policy policy) {
        this.written = written;
        this.policy = policy;
        this.judge = new Judge(this);
    }

    /**
     * @param usualGap what counts where the policy says no other
     * @param autoCancel {@code false} where the settings switch all cancels off, whatever policies say
     */
    static PolicyInForce of(WrittenPolicy written, Duration usualGap, boolean autoCancel) {
        Policy policy = written.policy(usualGap);
        return new PolicyInForce(written, autoCancel ? policy : withoutCancel(policy));
    }

    /** One that was made and not written. */
    static PolicyInForce of(Policy policy) {
        return new PolicyInForce(WrittenPolicy.of(policy), policy);
    }

    /** The same, by which breaches are reported only. */
    PolicyInForce neverCancelling() {
        return new PolicyInForce(written, withoutCancel(policy));
    }

    private static Policy withoutCancel(Policy policy) {
        return new Policy(false, policy.gap(), policy.rules());
    }

    /** What it was made of. */
    public WrittenPolicy written() {
        return written;
    }

    /** Names it in logs and in the audit. */
    public String name() {
        return written.name();
    }

    /** SHA-256 of its text, in hexadecimal digits: which version of it. */
    public String hash() {
        return written.hash();
    }

    /** What the judge goes by. */
    public Policy policy() {
        return policy;
    }

    public Judge judge() {
        return judge;
    }

    /** Jobs of a tenant that it cancels within an hour, at most. */
    public OptionalInt maxCancelsPerHour() {
        return written.maxCancelsPerHour();
    }

    /** Why a job that breaks a rule of level cancel is not cancelled now; empty where it is, as far as the policy says. */
    public Optional<CancelWithheld> withholds(JobKey job, Instant now) {
        if (written.exempts(job)) {
            return Optional.of(CancelWithheld.EXEMPT);
        }
        if (!policy.autoCancel()) {
            return Optional.of(CancelWithheld.OFF);
        }
        if (written.dryRun()) {
            return Optional.of(CancelWithheld.DRY_RUN);
        }
        return written.maintains(now) ? Optional.of(CancelWithheld.MAINTENANCE) : Optional.empty();
    }

    /**
     * Why a breach leads to no cancel.
     *
     * @param word what programs read: {@code warn}, {@code exempt}, {@code auto-cancel}, {@code dry-run}, {@code maintenance} or
     *     {@code budget}
     * @param why what people read, after "since"
     */
    public record CancelWithheld(String word, String why) {

        public static final CancelWithheld WARNING = new CancelWithheld("warn", "the rule only warns");
        public static final CancelWithheld EXEMPT = new CancelWithheld("exempt", "the job is exempted");
        static final CancelWithheld OFF = new CancelWithheld("auto-cancel", "auto-cancel is false");
        static final CancelWithheld DRY_RUN = new CancelWithheld("dry-run", "the policy is on a dry run");
        static final CancelWithheld MAINTENANCE = new CancelWithheld("maintenance", "a maintenance window is open");

        /** @param why what keeps the audit from being written */
        public static CancelWithheld audit(String why) {
            return new CancelWithheld("audit", "the audit cannot be written: " + why);
        }

        /** @param why which budget is spent */
        public static CancelWithheld budget(String why) {
            return new CancelWithheld("budget", why);
        }
    }
}
