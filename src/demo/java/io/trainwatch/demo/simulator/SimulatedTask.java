package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One task of the tenant: its curve, the cancel that changed it, and the books kept about it. For any thread. */
final class SimulatedTask {

    private final TaskScript script;
    private final String projectId;
    private final String id;
    private final TaskCurve curve;
    private final Instant addedAt;
    private final long firstRequest;

    private long cancelledAt = TaskCurve.NEVER;
    private final List<TaskTruth.Cancel> cancels = new ArrayList<>();
    private long requests;
    private long reads;
    private long listings;
    private Instant firstServedAt;
    private Instant lastServedAt;
    private Instant endServedAt;
    private Duration longestUnserved = Duration.ZERO;
    private int invalidAnswers;

    SimulatedTask(TaskScript script, long seed, Instant addedAt) {
        this.script = script;
        this.addedAt = addedAt;
        projectId = script.projectId();
        id = script.taskId();
        curve = new TaskCurve(script);
        firstRequest = Chance.seed(seed, projectId + "/" + id);
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
        if (!curve.existsAt(elapsed(now))) {
            return false;
        }
        TaskCurve.Look look = look(now);
        return !look.status().isTerminal()
                || now.isBefore(timeOf(look.finishedAt()).plus(retention));
    }

    /** The task at this moment, at which it has been created. */
    synchronized TaskCurve.Look look(Instant now) {
        return curve.at(elapsed(now), cancelledAt);
    }

    Instant createdAt() {
        return timeOf(curve.created());
    }

    /** The time of an offset in ms since the task was added; {@code null} for {@link TaskCurve#NEVER}. */
    Instant timeOf(long offset) {
        return offset == TaskCurve.NEVER ? null : addedAt.plusMillis(offset);
    }

    private long elapsed(Instant now) {
        return Duration.between(addedAt, now).toMillis();
    }

    /** The number of the next request for this task; it does not depend on what is asked of other tasks meanwhile. */
    synchronized long nextRequest() {
        return firstRequest + requests++;
    }

    /** Numbers the invalid answers about this task. */
    synchronized int nextInvalidAnswer() {
        return invalidAnswers++;
    }

    /** Takes a cancel; {@code false} when the task is over. */
    synchronized boolean cancel(Instant now) {
        if (look(now).status().isTerminal()) {
            return false;
        }
        if (cancelledAt == TaskCurve.NEVER) {
            cancelledAt = elapsed(now);
        }
        return true;
    }

    synchronized void recordCancel(TaskTruth.Cancel cancel) {
        cancels.add(cancel);
    }

    synchronized void recordRead() {
        reads++;
    }

    /** An answer that told of it was served. */
    synchronized void recordServed(TaskCurve.Look look, Instant now, boolean inList) {
        listings += inList ? 1 : 0;
        Duration unserved = Duration.between(lastServedAt == null ? createdAt() : lastServedAt, now);
        longestUnserved = unserved.compareTo(longestUnserved) > 0 ? unserved : longestUnserved;
        lastServedAt = now;
        firstServedAt = firstServedAt == null ? now : firstServedAt;
        if (endServedAt == null && look.status().isTerminal()) {
            endServedAt = now;
        }
    }

    synchronized TaskTruth truth(Instant now) {
        TaskCurve.Look look = look(now);
        return new TaskTruth(
                look.status(),
                createdAt(),
                Optional.ofNullable(timeOf(look.finishedAt())),
                List.copyOf(cancels),
                reads,
                listings,
                Optional.ofNullable(firstServedAt),
                Optional.ofNullable(endServedAt),
                longestUnserved);
    }
}
