package io.trainwatch.optional.history;

import java.time.Instant;
import java.util.Locale;

/**
 * What a policy made of a job.
 *
 * @param at when it was decided; {@code null} where the job was left alone
 * @param look the number of the look that decided; 0 where the job was left alone
 * @param by the breach that decided; {@code null} where the job was left alone, or nobody told
 */
public record JobOutcome(Kind kind, Instant at, long look, Decided.Found by) {

    /** From what concerns a job the least to what concerns it the most. */
    public enum Kind {
        /** No rule was broken. */
        LEFT,
        /** A breach was told, and the job went on. */
        REPORTED,
        /** The job was cancelled. */
        CANCELLED;

        /** In lower case, as people and programs are told it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final JobOutcome LEFT = new JobOutcome(Kind.LEFT, null, 0, null);

    /** Whether the job met the same: the same kind, at the same moment, for the same rule. */
    boolean isSame(JobOutcome other) {
        return kind == other.kind
                && (kind == Kind.LEFT
                        || at.equals(other.at)
                                && (by == null || other.by == null || by.rule().equals(other.by.rule())));
    }

    /** This, or what the next look makes of it: the first report stands until there is a cancel, the first cancel for good. */
    JobOutcome next(Kind next, RecordedLook look, Decided decided) {
        if (next.compareTo(kind) <= 0) {
            return this;
        }
        return new JobOutcome(next, look.at(), look.number(), decided.isBreach() ? decided.first() : null);
    }
}
