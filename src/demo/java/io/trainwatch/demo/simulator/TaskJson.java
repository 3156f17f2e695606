package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes tasks as the {@code tasks} API does, which spells one that was just created in another way. */
final class TaskJson {

    static final String USER = ObjectIds.of("user/trainwatch");

    private TaskJson() {}

    /** As it is read and listed. */
    static ObjectNode read(SimulatedTask task, TaskCurve.Look look) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_id", task.id());
        json.put("name", task.script().name());
        putData(json.putObject("data"), task);
        json.put("status", look.status().wire());
        json.put("currentStep", look.step());
        json.put("totalStep", look.steps());
        json.put("failReason", look.status() == TaskStatus.ERROR ? task.script().failReason() : null);
        putRunTime(json, "lastRunAt", task.timeOf(look.startedAt()));
        putRunTime(json, "lastFinishedAt", task.timeOf(look.finishedAt()));
        putEntityTime(json, "createdAt", task.createdAt());
        putEntityTime(json, "lastChanged", task.timeOf(look.changedAt()));
        json.put("createdBy", USER);
        json.put("lastChangedBy", USER);
        return json;
    }

    /** As it is answered to the request that started it. */
    static ObjectNode created(SimulatedTask task, TaskCurve.Look look) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_id", task.id());
        json.put("type", task.script().name());
        putData(json.putObject("parameters"), task);
        json.put("status", look.status().wire());
        json.put("currentStep", look.step());
        json.put("totalStep", look.steps());
        putEntityTime(json, "createdAt", task.createdAt());
        putEntityTime(json, "lastChangedAt", task.timeOf(look.changedAt()));
        return json;
    }

    /** A time of a kind that is told in Unix seconds; {@code null} where it has not come. */
    static void putEntityTime(ObjectNode json, String field, Instant time) {
        json.put(field, time == null ? null : time.getEpochSecond());
    }

    /** A time of a kind that is told as ISO-8601; {@code null} where it has not come. */
    private static void putRunTime(ObjectNode json, String field, Instant time) {
        json.put(
                field, time == null ? null : time.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static void putData(ObjectNode json, SimulatedTask task) {
        task.script().data().forEach(json::put);
    }
}
