package io.trainwatch.rules;

/**
 * Why a breach leads to no cancel.
 *
 * @param word what programs read: {@code warn}, {@code exempt}, {@code auto-cancel}, {@code dry-run}, {@code maintenance} or
 *     {@code budget}
 * @param why what people read, after "since"
 */
public record Withheld(String word, String why) {

    public static final Withheld WARNING = new Withheld("warn", "the rule only warns");
    static final Withheld EXEMPT = new Withheld("exempt", "the job is exempted");
    static final Withheld OFF = new Withheld("auto-cancel", "auto-cancel is false");
    static final Withheld DRY_RUN = new Withheld("dry-run", "the policy is on a dry run");
    static final Withheld MAINTENANCE = new Withheld("maintenance", "a maintenance window is open");

    /** @param why what keeps the audit from being written */
    public static Withheld audit(String why) {
        return new Withheld("audit", "the audit cannot be written: " + why);
    }

    /** @param why which budget is spent */
    public static Withheld budget(String why) {
        return new Withheld("budget", why);
    }
}
