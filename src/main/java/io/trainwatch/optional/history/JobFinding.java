package io.trainwatch.optional.history;

import io.trainwatch.optional.history.RecordedLook.Decided;
import java.time.Instant;
import java.util.Locale;

/**
 * What a trial found out about a job.
 *
 * @param looks that were judged
 * @param skipped looks before the first that a trial can begin at
 * @param cut whether the beginning is not there, since the retention has passed or nothing was recorded then
 * @param gaps places at which looks are missing
 * @param now what happened
 * @param then what the judgements would have led to
 * @param mismatch the first of {@code mismatches}; {@code null} where there is none
 * @param mismatches looks that were not judged as recorded; of replays only
 * @param endedWell whether the last look saw it completed
 * @param first when the first look was
 * @param last when the last look was
 */
public record JobFinding(
        String job,
        int epoch,
        long looks,
        long skipped,
        boolean cut,
        long gaps,
        Outcome now,
        Outcome then,
        Mismatch mismatch,
        long mismatches,
        boolean endedWell,
        Instant first,
        Instant last) {

    /**
     * A look that was not judged as it was recorded.
     *
     * @param look its number
     * @param recorded what was decided, or was known before, for people
     * @param replayed the same of the replay
     */
    public record Mismatch(long look, Instant at, String recorded, String replayed) {}

    /** Whether another thing would have become of the job. */
    public boolean differs() {
        return !now.isSame(then);
    }

    /** Whether a job that came to a good end would have been cancelled. */
    public boolean isHealthyCancelled() {
        return endedWell && then.kind() == Outcome.Kind.CANCELLED;
    }

    /**
     * What a policy made of a job.
     *
     * @param at when it was decided; {@code null} where the job was left alone
     * @param look the number of the look that decided; 0 where the job was left alone
     * @param by the breach that decided; {@code null} where the job was left alone, or nobody told
     */
    public record Outcome(Kind kind, Instant at, long look, Decided.Found by) {

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

        static final Outcome LEFT = new Outcome(Kind.LEFT, null, 0, null);

        /** Whether the job met the same: the same kind, at the same moment, for the same rule. */
        boolean isSame(Outcome other) {
            return kind == other.kind
                    && (kind == Kind.LEFT
                            || at.equals(other.at)
                                    && (by == null
                                            || other.by == null
                                            || by.rule().equals(other.by.rule())));
        }

        /** This, or what the next look makes of it: the first report stands until there is a cancel, the first cancel for good. */
        Outcome next(Kind next, RecordedLook look, Decided decided) {
            if (next.compareTo(kind) <= 0) {
                return this;
            }
            return new Outcome(next, look.at(), look.number(), decided.isBreach() ? decided.first() : null);
        }
    }
}
