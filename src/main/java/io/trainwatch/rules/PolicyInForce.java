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
        this.judge = new Judge(policy);
    }

    /**
     * @param usualGap what counts where the policy says no other
     * @param autoCancel {@code false} where the settings switch all cancels off, whatever policies say
     */
    static PolicyInForce of(WrittenPolicy written, Duration usualGap, boolean autoCancel) {
        Policy policy = written.policy(usualGap);
        return new PolicyInForce(written, autoCancel ? policy : withoutCancel(policy));
    }

    /** The same, by which jobs are judged and told of only. */
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
}
