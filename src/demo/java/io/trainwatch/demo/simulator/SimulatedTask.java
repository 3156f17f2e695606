package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;

/** A job as the {@code tasks} API knows it: it is created late, has steps, and is {@code cancelling} for a while. */
final class SimulatedTask extends SimulatedJob {

    private final TaskScript script;
    private final String projectId;
    private final String id;

    SimulatedTask(TaskScript script, long seed, Instant addedAt) {
        super(script.life(), script.projectId() + "/" + script.taskId(), seed, addedAt.plus(script.createdAfter()));
        this.script = script;
        projectId = script.projectId();
        id = script.taskId();
    }

    TaskScript script() {
        return script;
    }

    String projectId() {
        return projectId;
    }

    String id() {
        return id;
    }

    /** Whether the API knows it: it has been created, and its end is not longer ago than this. */
    boolean isKnown(Instant now, Duration retention) {
        if (now.isBefore(createdAt())) {
            return false;
        }
        JobCurve.Look look = look(now);
        return !look.state().isTerminal() || now.isBefore(timeOf(look.endedAt()).plus(retention));
    }

    @Override
    JobCurve.Look look(Instant now) {
        JobCurve.Look look = super.look(now);
        long taken = cancelTakenAt();
        boolean isCancelling = taken != JobCurve.NEVER
                && !now.isBefore(timeOf(taken))
                && script.life().cancelOutcome() != CancelOutcome.IGNORED
                && !look.state().isTerminal();
        return isCancelling ? look.cancelling(taken) : look;
    }

    int step(JobCurve.Look look) {
        return (int) Math.floor(script.steps() * look.progress() / 100 + 1e-9);
    }

    /** When its state or its step changed last. */
    Instant changedAt(JobCurve.Look look) {
        boolean isUnderWay = !look.state().isTerminal() && step(look) > 0;
        long stepTaken = isUnderWay ? curve().reachedAt(step(look) / (double) script.steps()) : 0;
        return timeOf(Math.max(look.since(), stepTaken));
    }
}
