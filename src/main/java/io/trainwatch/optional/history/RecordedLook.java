package io.trainwatch.optional.history;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonFormat.Feature;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Decision.Verdict;
import io.trainwatch.rules.Level;
import io.trainwatch.watch.ActionTaken;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One valid look: what it showed, and what was decided on it.
 *
 * @param job its key, {@code tenant:project/job}
 * @param epoch counts the times that the job was put on the watch list anew, from 1
 * @param fence the number of the claim under which the look was committed: grows from look to look of a job, not always
 *     by one
 * @param number counts the valid looks of the epoch that were followed, from 1, this one included; 0 where nobody counted
 * @param at when it was judged
 * @param status as the judge saw it; of its times only those that were news are recorded, and no words
 * @param stopping whether a cancel had been decided before
 * @param followed whether what it showed was taken as true; a report that is not followed leaves no trace in what is known
 * @param policy the hash of the policy that it was judged by; {@code null} where nobody told
 * @param before what was known before it, where that is recorded; else {@code null}, and it follows from the looks before
 */
public record RecordedLook(
        String job,
        int epoch,
        long fence,
        long number,
        Instant at,
        JobStatus status,
        boolean stopping,
        boolean followed,
        String policy,
        Decided decided,
        ActionTaken act,
        Known before) {

    /**
     * What is known of a job between two looks, as far as a judge asks for it.
     *
     * @param state the last state that was followed; {@code null} before the first look
     * @param observed without samples
     */
    public record Known(TrainingState state, Observed observed) {

        /** Before the first look. */
        static final Known NOTHING = new Known(null, Observed.none());
    }

    /**
     * A decision as it is recorded: everything but the words, which the policy has. Two are equal where every number is the
     * same to the last bit.
     *
     * @param outcome {@code finished}, {@code breached}, {@code reversed} or {@code running}
     * @param cancel whether the policy said to cancel the job
     * @param found the breaches, in the order in which the rules were asked
     */
    public record Decided(String outcome, boolean cancel, List<Found> found) {

        static final String RUNNING = "running";
        static final String REVERSED = "reversed";

        /** The job waits or runs, and keeps its policy. */
        static final Decided HEALTHY = new Decided(RUNNING, false, List.of());

        private static final Decided FINISHED = new Decided("finished", false, List.of());

        /**
         * One breach.
         *
         * @param rule the id of the rule
         * @param observed in the unit of the limit
         */
        public record Found(String rule, Level level, double observed, double limit, Instant since) {

            /** Of a breach that a line tells of; what it leaves out is as nobody would have recorded it. */
            @JsonCreator
            static Found read(
                    @JsonProperty("rule") String rule,
                    @JsonProperty("level") @JsonFormat(with = Feature.ACCEPT_CASE_INSENSITIVE_VALUES) Level level,
                    @JsonProperty("observed") Double observed,
                    @JsonProperty("limit") Double limit,
                    @JsonProperty("since") Instant since) {
                return new Found(
                        Objects.requireNonNullElse(rule, ""),
                        Objects.requireNonNullElse(level, Level.CANCEL),
                        Objects.requireNonNullElse(observed, Double.NaN),
                        Objects.requireNonNullElse(limit, Double.NaN),
                        since);
            }

            static Found of(Breach breach) {
                return new Found(breach.rule(), breach.level(), breach.observed(), breach.limit(), breach.since());
            }
        }

        public Decided {
            found = List.copyOf(found);
        }

        /** What is recorded of the decision: what the judge made of the look, whatever had been decided before. */
        public static Decided of(Decision decision) {
            if (decision instanceof Decision.Finished || decision instanceof Decision.Confirmed) {
                return FINISHED;
            }
            if (decision instanceof Decision.Reversed) {
                return new Decided(REVERSED, false, List.of());
            }
            Verdict verdict = decision.verdict();
            return verdict.breaches().isEmpty()
                    ? HEALTHY
                    : new Decided(
                            "breached",
                            verdict.saysCancel(),
                            verdict.breaches().stream().map(Found::of).toList());
        }

        boolean isBreach() {
            return !found.isEmpty();
        }

        /** The one that is reported, as {@link Verdict#first} chooses it. Only where there is one. */
        Found first() {
            return found.stream()
                    .filter(each -> each.level() == Level.CANCEL)
                    .findFirst()
                    .orElse(found.get(0));
        }
    }
}
