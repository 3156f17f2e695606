package io.trainwatch.webhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a template may name, each escaped for a JSON string; what an event does not have is empty. */
final class EventFields {

    /** Stands for the routing key until the request is sent. No escaped text holds this character, so no event can. */
    static final String ROUTING_KEY = "\u0001";

    private EventFields() {}

    static Map<String, String> of(Event event) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("event", event.body());
        put(fields, "summary", summary(event));
        put(fields, "job_id", event.jobId());
        put(fields, "project_id", event.projectId());
        put(fields, "tenant", event.tenant());
        put(fields, "source", source(event.tenant(), event.projectId()));
        put(fields, "final_state", event.finalState());
        put(fields, "progress", Event.plain(event.progress()));
        put(fields, "peak_cpu", Event.plain(event.peakCpu()));
        put(fields, "peak_memory", Event.plain(event.peakMemory()));
        put(fields, "event_id", event.eventId());
        put(fields, "event_type", event.eventType().wireName());
        put(fields, "started_at", event.startedAt());
        put(fields, "completed_at", event.completedAt());
        put(fields, "observed_at", event.observedAt());
        Reason reason = event.reason();
        put(fields, "reason_rule", reason == null ? null : reason.rule());
        put(fields, "reason_observed", reason == null ? null : Event.plain(reason.observed()));
        put(fields, "reason_limit", reason == null ? null : Event.plain(reason.limit()));
        put(fields, "severity", event.eventType().severity());
        put(fields, "alert_action", event.eventType().endsWell() ? "resolve" : "trigger");
        put(fields, "alert_key", EventId.ofJob(event.tenant(), event.projectId(), event.jobId()));
        fields.put("routing_key", ROUTING_KEY);
        return fields;
    }

    /** Where an event comes from: a URI reference, as CloudEvents wants it. Ids need no escaping in a path. */
    static String source(String tenant, String project) {
        return "/trainwatch/" + tenant + "/" + project;
    }

    /** The text with the key in its place; the key is escaped for a JSON string. */
    static String withRoutingKey(String rendered, String key) {
        return rendered.contains(ROUTING_KEY) ? rendered.replace(ROUTING_KEY, escaped(key)) : rendered;
    }

    /** An event for trying a template. */
    static Event sample() {
        return testEvent("evt_test", Instant.EPOCH);
    }

    /** An event that tells of no job. */
    static Event testEvent(String id, Instant at) {
        return new Event("test", "test", null, 0, null, 0, 0, Map.of(), id, EventType.TEST, "test", null, null, at);
    }

    private static String summary(Event event) {
        String text = "Job " + event.jobId() + " of " + event.projectId() + " (" + event.tenant() + ") "
                + event.eventType().phrase();
        Reason reason = event.reason();
        return reason == null
                ? text
                : text + ": " + reason.rule() + ", observed " + Event.plain(reason.observed()) + ", limit "
                        + Event.plain(reason.limit());
    }

    private static void put(Map<String, String> fields, String name, Object value) {
        fields.put(name, value == null ? "" : escaped(value.toString()));
    }

    private static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
