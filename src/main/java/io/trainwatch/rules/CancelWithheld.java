package io.trainwatch.rules;

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
