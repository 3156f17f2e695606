package io.trainwatch.webhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.trainwatch.text.SafeText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a template may name, each escaped for a JSON string; what an event does not have is empty. */
final class EventFields {

    /** Stands for the routing key until the request is sent. No escaped text holds this character, so no event can. */
    static final String ROUTING_KEY = "\u0001";

    /** Receivers bound their texts; PagerDuty's summary, the shortest, has 1,024 characters. */
    private static final int MAX_REASON = 500;

    private static final String UNKNOWN = "unknown";

    private EventFields() {}

    static Map<String, String> of(Event event) {
        return of(event, UnaryOperator.identity());
    }

    /** @param inMarkup makes a text mean itself in the markup of its receiver */
    static Map<String, String> of(Event event, UnaryOperator<String> inMarkup) {
        Map<String, String> fields = new LinkedHashMap<>();
        put(fields, "summary", summary(event));
        put(fields, "job_id", event.jobId());
        put(fields, "project_id", event.projectId());
        put(fields, "tenant", event.tenant());
        put(fields, "source", source(event.tenant(), event.projectId()));
        put(fields, "final_state", event.finalState());
        put(fields, "progress", plain(event.progress()));
        put(fields, "progress_text", percent(event.progress()));
        put(fields, "peak_cpu", plain(event.peakCpu()));
        put(fields, "peak_memory", plain(event.peakMemory()));
        put(fields, "peaks_text", peaks(event));
        put(fields, "event_id", event.eventId());
        put(fields, "event_type", event.eventType().wireName());
        put(fields, "started_at", event.startedAt());
        put(fields, "completed_at", event.completedAt());
        put(fields, "observed_at", event.observedAt());
        Event.Reason reason = event.reason();
        put(fields, "reason_rule", reason == null ? null : reason.rule());
        put(fields, "reason_observed", reason == null ? null : plain(reason.observed()));
        put(fields, "reason_limit", reason == null ? null : plain(reason.limit()));
        put(fields, "fail_reason", event.failReason());
        put(fields, "message", event.message());
        put(fields, "severity", event.eventType().severity());
        put(fields, "alert_action", event.eventType().endsWell() ? "resolve" : "trigger");
        put(fields, "alert_key", Event.idOfJob(event.tenant(), event.projectId(), event.jobId()));
        fields.replaceAll((name, text) -> escaped(inMarkup.apply(text)));
        fields.put("event", event.body());
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

    /** An event that has everything, for trying a template. */
    static Event fullSample() {
        return new Event(
                "job",
                "project",
                "FAILED",
                50d,
                Instant.EPOCH,
                99d,
                50d,
                Map.of("loss", 0.5),
                "evt_sample",
                EventType.JOB_FAILED,
                "tenant",
                new Event.Reason("max-cpu", 99d, 95d, Instant.EPOCH),
                Instant.EPOCH,
                Instant.EPOCH,
                "no examples",
                null,
                List.of());
    }

    /** An event that has as little as one can, for trying a template. */
    static Event bareSample() {
        return event("evt_sample", EventType.JOB_UNREACHABLE, Instant.EPOCH, null);
    }

    /** An event that tells of no job. */
    static Event testEvent(String id, Instant at) {
        return event(id, EventType.TEST, at, 0d);
    }

    private static Event event(String id, EventType type, Instant at, Double figure) {
        return new Event(
                "test", "test", null, figure, null, figure, figure, Map.of(), id, type, "test", null, null, at, null,
                null, List.of());
    }

    /** Empty where there is no such figure. */
    private static String figure(String name, Double value) {
        return value == null ? "" : name + Event.plain(value);
    }

    private static String summary(Event event) {
        String text = "Job " + event.jobId() + " of " + event.projectId() + " (" + event.tenant() + ") "
                + event.eventType().phrase();
        Event.Reason reason = event.reason();
        if (event.message() != null) {
            return text + ": " + SafeText.cut(event.message(), MAX_REASON);
        }
        if (reason != null) {
            return text + ": " + reason.rule() + figure(", observed ", reason.observed())
                    + figure(", limit ", reason.limit());
        }
        String why = event.failReason();
        return why == null ? text : text + ": " + SafeText.cut(why, MAX_REASON);
    }

    private static String peaks(Event event) {
        return event.peakCpu() == null && event.peakMemory() == null
                ? UNKNOWN
                : "CPU " + percent(event.peakCpu()) + ", memory " + percent(event.peakMemory());
    }

    private static String percent(Double figure) {
        return figure == null ? UNKNOWN : Event.plain(figure) + " %";
    }

    private static String plain(Double figure) {
        return figure == null ? null : Event.plain(figure);
    }

    private static void put(Map<String, String> fields, String name, Object value) {
        fields.put(name, value == null ? "" : value.toString());
    }

    private static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
