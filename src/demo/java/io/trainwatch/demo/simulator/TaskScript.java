package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The life of one simulated task, told in advance: that of a job, and what the {@code tasks} API tells besides.
 *
 * <p>Start with {@link #of} and change what matters: {@code TaskScript.of("shop", "night",
 * Ending.FAILS).running(Duration.ofSeconds(5))}.
 *
 * @param life what becomes of it and when, counted from its creation; its project and job are names for people, or ids
 * @param name what the task does, as the API names it; default {@code trainIntents}
 * @param createdAfter when it comes to exist, counted from the moment at which it is added to its tenant: before that the
 *     API does not know it. Default 0; negative for a task that is older than the simulation
 * @param steps its {@code totalStep}; 0 for a task that does not tell how far it is, default 10
 * @param failReason what it says when it ends in {@code error}
 * @param data the fields of its {@code data}, such as {@code flowId}; default those of a training of the flow {@code Main}
 */
public record TaskScript(
        JobScript life, String name, Duration createdAfter, int steps, String failReason, Map<String, String> data) {

    public static final String TRAIN_INTENTS = "trainIntents";
    public static final String TRAIN_YES_NO_INTENTS = "trainYesNoIntents";
    public static final String TRAIN_ALL_PROJECT_FLOWS = "trainAllProjectFlows";

    public TaskScript {
        if (name.isBlank() || steps < 0) {
            throw new IllegalArgumentException(
                    "a simulated task cannot have the name '" + name + "' and " + steps + " steps");
        }
        data = Map.copyOf(data);
    }

    /** A training of the flow {@code Main} with the default times. */
    public static TaskScript of(String project, String task, Ending ending) {
        return new TaskScript(
                JobScript.of(project, task, ending),
                TRAIN_INTENTS,
                Duration.ZERO,
                10,
                "The intents could not be trained: too few example sentences",
                Map.of("flowId", ProjectScript.of(project).flowId("Main"), "mode", "full"));
    }

    /** The project's name or id. */
    public String project() {
        return life.project();
    }

    /** The task's name for people, or its id. */
    public String task() {
        return life.job();
    }

    /** The project's id in the API: 24 hexadecimal digits, the same for the same name. */
    public String projectId() {
        return ObjectIds.of(project());
    }

    /** The task's id in the API: 24 hexadecimal digits, the same for the same project and name. */
    public String taskId() {
        return taskId(project(), task());
    }

    static String taskId(String project, String task) {
        String id = ObjectIds.of(task);
        return id.equals(task) ? id : ObjectIds.of(ObjectIds.of(project) + "/" + task);
    }

    /** Another task of the same kind. */
    TaskScript task(String value) {
        return life(life.another(value));
    }

    /** An import, a snapshot or whatever else runs as a task; it has no data at first. */
    public TaskScript named(String value) {
        return new TaskScript(life, value, createdAfter, steps, failReason, Map.of());
    }

    /** The flow of its project that it trains, by its name or id. */
    public TaskScript flow(String flow) {
        return data("flowId", ProjectScript.of(project()).flowId(flow));
    }

    /** One more field of its data, in place of one with the same key. */
    public TaskScript data(String key, String value) {
        Map<String, String> more = new TreeMap<>(data);
        more.put(key, value);
        return new TaskScript(life, name, createdAfter, steps, failReason, more);
    }

    public TaskScript ending(Ending value) {
        return life(life.ending(value));
    }

    public TaskScript steps(int total) {
        return new TaskScript(life, name, createdAfter, total, failReason, data);
    }

    public TaskScript failReason(String text) {
        return new TaskScript(life, name, createdAfter, steps, text, data);
    }

    public TaskScript createdAfter(Duration time) {
        return new TaskScript(life, name, time, steps, failReason, data);
    }

    public TaskScript queued(Duration time) {
        return life(life.queued(time));
    }

    public TaskScript running(Duration time) {
        return life(life.running(time));
    }

    /** What a cancel leads to, and how long that takes. */
    public TaskScript cancelled(CancelOutcome outcome, Duration delay) {
        return life(life.cancelled(outcome, delay));
    }

    private TaskScript life(JobScript value) {
        return new TaskScript(value, name, createdAfter, steps, failReason, data);
    }
}
