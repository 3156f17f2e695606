package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Breach;
import io.trainwatch.webhook.Event;
import io.trainwatch.webhook.Event.Reason;
import io.trainwatch.webhook.EventType;
import java.time.Instant;

/** An event of a job that is about to be published. Set what is known besides; not thread-safe. */
final class JobEvent {

    private final WatchedJob job;
    private final EventType type;
    private final String transition;
    private final Instant at;
    private Observed observed;
    private TrainingState finalState;
    private Reason reason;
    private String message;

    /** @param transition names the transition within the job's epoch; the event id is derived from it */
    JobEvent(WatchedJob job, EventType type, String transition, Instant at) {
        this.job = job;
        this.type = type;
        this.transition = transition;
        this.at = at;
        this.observed = job.observed();
    }

    /** What all looks add up to, where that is more than the row of the job says. */
    JobEvent observed(Observed sum) {
        observed = sum;
        return this;
    }

    /** The state that the job ended in. */
    JobEvent endedAs(TrainingState state) {
        finalState = state;
        return this;
    }

    /** What a policy acted on; {@code null} for nothing. */
    JobEvent because(Breach breach) {
        return because(breach, null);
    }

    /** @param withheld why the breach leads to no cancel, in a word; {@code null} where it does */
    JobEvent because(Breach breach, String withheld) {
        reason = breach == null
                ? null
                : new Reason(
                        breach.rule(),
                        BreachJson.figure(breach.observed()),
                        BreachJson.figure(breach.limit()),
                        breach.since(),
                        withheld);
        return this;
    }

    /** What happened, for people, where the type does not say it. */
    JobEvent message(String text) {
        message = text;
        return this;
    }

    String job() {
        return job.id();
    }

    Instant at() {
        return at;
    }

    Event toEvent() {
        JobKey key = job.key();
        return new Event(
                key.job(),
                key.project(),
                finalState == null ? null : finalState.name(),
                observed.lastProgress(),
                observed.completedAt(),
                observed.peakCpu(),
                observed.peakMemory(),
                observed.meanByMetric(),
                Event.id(key.tenant(), key.project(), key.job(), job.epoch(), transition),
                type,
                key.tenant(),
                reason,
                observed.startedAt(),
                at,
                observed.failReason(),
                message,
                observed.incomplete());
    }
}
