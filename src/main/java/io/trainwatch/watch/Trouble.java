package io.trainwatch.watch;

import java.util.Locale;
import java.util.Optional;

/** Why a job that is watched may need a person; the worst first. */
public enum Trouble {
    /** Looks have failed for so long that it was reported. */
    UNREACHABLE("unreachable = 1"),
    /** Its cancel came to nothing, and that was reported. */
    CANCEL_FAILED("cancel_failed_at is not null"),
    /** A cancel is under way. */
    STOPPING("phase = 'STOPPING'"),
    /** It broke a rule, which led to no cancel. */
    BREACHED("coalesce(told, '') <> ''"),
    /** The last look failed. */
    FAILING("failures > 0");

    /** Jobs in trouble, in SQL; the words of the index, without which it is not used. */
    static final String ANY = "phase not in ('ENDED', 'UNWATCHED')"
            + " and (phase = 'STOPPING' or failures > 0 or coalesce(told, '') <> '')";

    private final String condition;

    Trouble(String condition) {
        this.condition = condition;
    }

    /** The place of a job in trouble in the order of these, in SQL. */
    static String rank() {
        StringBuilder rank = new StringBuilder("case");
        for (Trouble each : values()) {
            rank.append(" when ").append(each.condition).append(" then ").append(each.ordinal());
        }
        return rank.append(" else ").append(values().length).append(" end").toString();
    }

    static Optional<Trouble> of(WatchedJob job, boolean cancelFailed) {
        if (job.phase() == Phase.ENDED || job.phase() == Phase.UNWATCHED) {
            return Optional.empty();
        }
        if (job.unreachable()) {
            return Optional.of(UNREACHABLE);
        }
        if (cancelFailed) {
            return Optional.of(CANCEL_FAILED);
        }
        if (job.phase() == Phase.STOPPING) {
            return Optional.of(STOPPING);
        }
        if (!job.reported().words().isEmpty()) {
            return Optional.of(BREACHED);
        }
        return job.failures() > 0 ? Optional.of(FAILING) : Optional.empty();
    }

    /** As JSON and metrics write it, such as {@code cancel_failed}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
