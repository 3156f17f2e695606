package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The life of one simulated task, told in advance.
 *
 * <p>Times are counted from the moment at which the task is added to its tenant. Start with {@link #of} and change what
 * matters: {@code TaskScript.of("shop", "night", TaskEnding.ERROR).running(Duration.ofSeconds(5))}.
 *
 * @param project the project's name or id; see {@link #projectId}
 * @param task the task's name for people, or its id; see {@link #taskId}
 * @param name what the task does, as the API names it; default {@code trainIntents}
 * @param ending what becomes of it
 * @param createdAfter when it comes to exist: before that the API does not know it. Default 0; negative for a task that
 *     is older than the simulation
 * @param queued how long it is {@code queued} first; 0 or more, default 0
 * @param running how long it is {@code active} until its own end; above 0, default 30 s
 * @param steps its {@code totalStep}; 0 for a task that does not tell how far it is, default 10
 * @param failReason what it says when it ends in {@code error}
 * @param cancelDelay how long it is {@code cancelling} after an accepted cancel; 0 or more, default 500 ms. Its own end
 *     wins where that comes sooner
 * @param cancelOutcome what it is after that; default {@code cancelled}
 * @param data the fields of its {@code data}, such as {@code flowId}; default those of a training of the flow {@code Main}
 */
public record TaskScript(
        String project,
        String task,
        String name,
        TaskEnding ending,
        Duration createdAfter,
        Duration queued,
        Duration running,
        int steps,
        String failReason,
        Duration cancelDelay,
        CancelOutcome cancelOutcome,
        Map<String, String> data) {

    public static final String TRAIN_INTENTS = "trainIntents";
    public static final String TRAIN_YES_NO_INTENTS = "trainYesNoIntents";
    public static final String TRAIN_ALL_PROJECT_FLOWS = "trainAllProjectFlows";

    public TaskScript {
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(cancelOutcome, "cancelOutcome");
        require(!project.isBlank(), "project", project);
        require(!task.isBlank(), "task", task);
        require(!name.isBlank(), "name", name);
        require(!queued.isNegative(), "queued", queued);
        require(running.toMillis() > 0, "running", running);
        require(steps >= 0, "steps", steps);
        require(!cancelDelay.isNegative(), "cancelDelay", cancelDelay);
        data = Map.copyOf(data);
    }

    /** A training of the flow {@code Main} with the default times. */
    public static TaskScript of(String project, String task, TaskEnding ending) {
        return new TaskScript(
                project,
                task,
                TRAIN_INTENTS,
                ending,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(30),
                10,
                "The intents could not be trained: too few example sentences",
                Duration.ofMillis(500),
                CancelOutcome.CANCELLED,
                Map.of("flowId", ProjectScript.of(project).flowId("Main"), "mode", "full"));
    }

    /** The project's id in the API: 24 hexadecimal digits, the same for the same name. */
    public String projectId() {
        return ObjectIds.of(project);
    }

    /** The task's id in the API: 24 hexadecimal digits, the same for the same project and name. */
    public String taskId() {
        return taskId(project, task);
    }

    static String taskId(String project, String task) {
        String id = ObjectIds.of(task);
        return id.equals(task) ? id : ObjectIds.of(ObjectIds.of(project) + "/" + task);
    }

    /** Another task of the same kind. */
    TaskScript task(String value) {
        return what(value, name, data);
    }

    /** An import, a snapshot or whatever else runs as a task; it has no data at first. */
    public TaskScript named(String value) {
        return what(task, value, Map.of());
    }

    /** The flow of its project that it trains, by its name or id. */
    public TaskScript flow(String flow) {
        return data("flowId", ProjectScript.of(project).flowId(flow));
    }

    /** One more field of its data, in place of one with the same key. */
    public TaskScript data(String key, String value) {
        Map<String, String> more = new TreeMap<>(data);
        more.put(key, value);
        return what(task, name, more);
    }

    public TaskScript ending(TaskEnding value) {
        return how(value, steps, failReason);
    }

    public TaskScript steps(int total) {
        return how(ending, total, failReason);
    }

    public TaskScript failReason(String text) {
        return how(ending, steps, text);
    }

    public TaskScript createdAfter(Duration time) {
        return when(time, queued, running);
    }

    public TaskScript queued(Duration time) {
        return when(createdAfter, time, running);
    }

    public TaskScript running(Duration time) {
        return when(createdAfter, queued, time);
    }

    /** What a cancel leads to, and how long that takes. */
    public TaskScript cancelled(CancelOutcome outcome, Duration delay) {
        return new TaskScript(
                project, task, name, ending, createdAfter, queued, running, steps, failReason, delay, outcome, data);
    }

    private TaskScript what(String newTask, String newName, Map<String, String> newData) {
        return new TaskScript(
                project,
                newTask,
                newName,
                ending,
                createdAfter,
                queued,
                running,
                steps,
                failReason,
                cancelDelay,
                cancelOutcome,
                newData);
    }

    private TaskScript how(TaskEnding newEnding, int newSteps, String reason) {
        return new TaskScript(
                project,
                task,
                name,
                newEnding,
                createdAfter,
                queued,
                running,
                newSteps,
                reason,
                cancelDelay,
                cancelOutcome,
                data);
    }

    private TaskScript when(Duration created, Duration waits, Duration runs) {
        return new TaskScript(
                project, task, name, ending, created, waits, runs, steps, failReason, cancelDelay, cancelOutcome, data);
    }

    private static void require(boolean allowed, String name, Object value) {
        if (!allowed) {
            throw new IllegalArgumentException(name + " of a simulated task cannot be " + value);
        }
    }
}
