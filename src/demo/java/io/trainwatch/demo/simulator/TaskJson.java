package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Writes what the {@code tasks} API answers: plain JSON for callers who accept {@code application/json}, HAL for all others.
 * A task that was just created is spelled in another way.
 */
final class TaskJson {

    static final String USER = ObjectIds.of("user/trainwatch");

    private static final String HAL = "application/hal+json";

    private TaskJson() {}

    /** As it is read and listed. */
    static ObjectNode read(SimulatedTask task, JobCurve.Look look) {
        ObjectNode json = task(task, look, "name", "data");
        json.put("failReason", look.state() == JobState.FAILED ? task.script().failReason() : null);
        putRunTime(json, "lastRunAt", task.timeOf(look.startedAt()));
        putRunTime(json, "lastFinishedAt", task.timeOf(look.endedAt()));
        putEntityTime(json, "lastChanged", task.changedAt(look));
        json.put("createdBy", USER);
        json.put("lastChangedBy", USER);
        return json;
    }

    /** As it is answered to the request that started it. */
    static ObjectNode created(SimulatedTask task, JobCurve.Look look) {
        ObjectNode json = task(task, look, "type", "parameters");
        putEntityTime(json, "lastChangedAt", task.changedAt(look));
        return json;
    }

    private static ObjectNode task(SimulatedTask task, JobCurve.Look look, String name, String data) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_id", task.id());
        json.put(name, task.script().name());
        ObjectNode fields = json.putObject(data);
        task.script().data().forEach(fields::put);
        json.put("status", look.state().taskStatus());
        json.put("currentStep", task.step(look));
        json.put("totalStep", task.script().steps());
        putEntityTime(json, "createdAt", task.createdAt());
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

    /** One resource. */
    static Answer one(int status, ObjectNode body, Call call) {
        if (wantsJson(call)) {
            return Answer.json(status, body);
        }
        link(body, "self", call.path());
        return Answer.json(status, HAL, body);
    }

    /** A page of resources; {@code name} is what they are called in the plural. */
    static Answer page(String name, Page<ObjectNode> page, Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        boolean json = wantsJson(call);
        ArrayNode items =
                json ? body.putArray("items") : body.putObject("_embedded").putArray(name);
        for (ObjectNode item : page.items()) {
            if (!json) {
                link(item, "self", call.path() + "/" + item.get("_id").asText());
            }
            items.add(item);
        }
        body.put("total", page.total());
        body.put("nextCursor", page.next());
        body.put("previousCursor", page.previous());
        if (json) {
            return Answer.json(200, body);
        }
        link(body, "self", call.path());
        if (page.next() != null) {
            link(body, "next", call.path() + "?next=" + page.next());
        }
        return Answer.json(200, HAL, body);
    }

    private static boolean wantsJson(Call call) {
        String accept = call.headers().get(HttpHeader.ACCEPT);
        return accept != null && accept.contains("application/json");
    }

    private static void link(ObjectNode body, String relation, String address) {
        body.withObject("/_links").putObject(relation).put("href", address);
    }
}
