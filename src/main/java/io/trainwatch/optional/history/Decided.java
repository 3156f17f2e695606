package io.trainwatch.optional.history;

import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.Verdict;
import java.time.Instant;
import java.util.List;

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
