package io.trainwatch.demo.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What a task looks like at any time: a pure function of its script, the milliseconds since it was added, and the moment
 * of a cancel. Immutable, for any thread.
 */
final class TaskCurve {

    /** For "was never cancelled" and "has not happened". */
    static final long NEVER = Long.MAX_VALUE;

    private static final double TURN = 0.6;
    private static final double RESUMPTION = 0.7;

    private final TaskScript script;
    private final long created;
    private final long started;
    private final List<Phase> life;

    TaskCurve(TaskScript script) {
        this.script = script;
        created = script.createdAfter().toMillis();
        started = created + script.queued().toMillis();
        life = life();
    }

    /**
     * The task at one moment; times in ms since it was added.
     *
     * @param startedAt when it first became {@code active}; {@link #NEVER} before that
     * @param finishedAt when it reached the terminal state in which it is; {@link #NEVER} where it is in none
     * @param changedAt when its state or its step changed last
     */
    record Look(TaskStatus status, int step, int steps, long startedAt, long finishedAt, long changedAt) {}

    /** From {@code start} on, in ms since the task was added, it is in this state. */
    private record Phase(long start, TaskStatus status) {}

    private List<Phase> life() {
        long end = started + script.running().toMillis();
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase(created, TaskStatus.QUEUED));
        if (script.ending() == TaskEnding.NEVER_STARTS) {
            return List.copyOf(phases);
        }
        phases.add(new Phase(started, TaskStatus.ACTIVE));
        switch (script.ending()) {
            case DONE -> phases.add(new Phase(end, TaskStatus.DONE));
            case ERROR -> phases.add(new Phase(end, TaskStatus.ERROR));
            case CANCELLED_BY_OTHERS -> phases.add(new Phase(end, TaskStatus.CANCELLED));
            case REOPENS -> {
                phases.add(new Phase(after(TURN), TaskStatus.DONE));
                phases.add(new Phase(after(RESUMPTION), TaskStatus.ACTIVE));
                phases.add(new Phase(end, TaskStatus.DONE));
            }
            case STALLS, NEVER_STARTS -> {
                // Stays as it is.
            }
        }
        return List.copyOf(phases);
    }

    private long after(double share) {
        return started + Math.round(script.running().toMillis() * share);
    }

    /** Whether it exists by then. */
    boolean existsAt(long elapsed) {
        return elapsed >= created;
    }

    /** When it comes to exist. */
    long created() {
        return created;
    }

    /**
     * The task at one moment at which it exists.
     *
     * @param cancelledAt when a cancel was accepted, or {@link #NEVER}
     */
    Look at(long elapsed, long cancelledAt) {
        Phase natural = phaseAt(elapsed);
        if (elapsed < cancelledAt || script.cancelOutcome() == CancelOutcome.IGNORED) {
            return look(natural, elapsed);
        }
        long effect = cancelledAt + script.cancelDelay().toMillis();
        Phase atEffect = phaseAt(Math.min(elapsed, effect));
        // Its own end wins the race; from then on a cancelled task leads its own life no longer.
        if (atEffect.status().isTerminal()) {
            return look(atEffect, elapsed);
        }
        return elapsed < effect
                ? look(new Phase(cancelledAt, TaskStatus.CANCELLING), elapsed)
                : look(new Phase(effect, outcome()), effect);
    }

    private TaskStatus outcome() {
        return switch (script.cancelOutcome()) {
            case DONE -> TaskStatus.DONE;
            case ERROR -> TaskStatus.ERROR;
            case CANCELLED, IGNORED -> TaskStatus.CANCELLED;
        };
    }

    private Phase phaseAt(long elapsed) {
        Phase current = life.get(0);
        for (Phase phase : life) {
            if (elapsed >= phase.start()) {
                current = phase;
            }
        }
        return current;
    }

    private Look look(Phase phase, long elapsed) {
        boolean over = phase.status().isTerminal();
        long until = over ? phase.start() : elapsed;
        boolean hasStarted = until >= started && script.ending() != TaskEnding.NEVER_STARTS;
        int step = phase.status() == TaskStatus.DONE ? script.steps() : stepAt(until, hasStarted);
        long stepTaken = step == 0 ? created : Math.min(until, stepTime(step));
        return new Look(
                phase.status(),
                step,
                script.steps(),
                hasStarted ? started : NEVER,
                over ? phase.start() : NEVER,
                Math.max(phase.start(), stepTaken));
    }

    private int stepAt(long elapsed, boolean hasStarted) {
        if (!hasStarted) {
            return 0;
        }
        double share =
                Math.min(1, (double) (elapsed - started) / script.running().toMillis());
        boolean completes = script.ending() == TaskEnding.DONE || script.ending() == TaskEnding.REOPENS;
        return (int) Math.floor(script.steps() * Math.min(share, completes ? 1 : TURN) + 1e-9);
    }

    private long stepTime(int step) {
        return started + script.running().toMillis() * step / script.steps();
    }
}
