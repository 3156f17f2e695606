package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes tasks as the {@code tasks} API does, which spells one that was just created in another way. */
final class TaskJson {

    static final String USER = ObjectIds.of("user/trainwatch");

    private final Timestamps timestamps;

    TaskJson(Timestamps timestamps) {
        this.timestamps = timestamps;
    }

    /** As it is read and listed. */
    ObjectNode read(SimulatedTask task, TaskCurve.Look look) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_id", task.id());
        json.put("name", task.script().name());
        putData(json.putObject("data"), task);
        json.put("status", look.status().wire());
        json.put("currentStep", look.step());
        json.put("totalStep", look.steps());
        json.put("failReason", look.status() == TaskStatus.ERROR ? task.script().failReason() : null);
        timestamps.putRunTime(json, "lastRunAt", task.timeOf(look.startedAt()));
        timestamps.putRunTime(json, "lastFinishedAt", task.timeOf(look.finishedAt()));
        timestamps.putEntityTime(json, "createdAt", task.createdAt());
        timestamps.putEntityTime(json, "lastChanged", task.timeOf(look.changedAt()));
        json.put("createdBy", USER);
        json.put("lastChangedBy", USER);
        return json;
    }

    /** As it is answered to the request that started it. */
    ObjectNode created(SimulatedTask task, TaskCurve.Look look) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_id", task.id());
        json.put("type", task.script().name());
        putData(json.putObject("parameters"), task);
        json.put("status", look.status().wire());
        json.put("currentStep", look.step());
        json.put("totalStep", look.steps());
        timestamps.putEntityTime(json, "createdAt", task.createdAt());
        timestamps.putEntityTime(json, "lastChangedAt", task.timeOf(look.changedAt()));
        return json;
    }

    private static void putData(ObjectNode json, SimulatedTask task) {
        task.script().data().forEach(json::put);
    }
}
