package io.trainwatch.webhook;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Events of every type, and targets, for tests. */
public final class Events {

    static final Instant AT = Instant.parse("2026-01-01T00:00:00.5Z");

    private Events() {}

    static Event of(EventType type) {
        String ended = switch (type) {
            case JOB_COMPLETED, JOB_FAILED, JOB_CANCELLED -> type.name().substring("JOB_".length());
            default -> null;
        };
        boolean judged = type == EventType.JOB_CANCELLED
                || type == EventType.JOB_BREACHED
                || type == EventType.JOB_CANCEL_REQUESTED
                || type == EventType.JOB_CANCEL_FAILED;
        return event(
                "job-1",
                "bots",
                ended,
                41.5,
                ended == null ? null : AT,
                99.5,
                60d,
                Map.of("lo\"ss \u00e9", 0.25),
                Event.id("acme", "bots", "job-1", 1, type.name()),
                type,
                "acme",
                judged ? new Event.Reason("max-cpu", 99.5, 95d, AT.minusSeconds(5)) : null,
                AT.minusSeconds(60),
                AT,
                type == EventType.JOB_FAILED ? "no \"examples\"" : null);
    }

    /** Of a failure, with words of the tenant. */
    static Event withMessage(String words) {
        Event full = of(EventType.JOB_FAILED);
        return event(
                full.jobId(),
                full.projectId(),
                full.finalState(),
                full.progress(),
                full.completedAt(),
                full.peakCpu(),
                full.peakMemory(),
                full.means(),
                full.eventId(),
                full.eventType(),
                full.tenant(),
                null,
                full.startedAt(),
                full.observedAt(),
                words);
    }

    /** Of a job whose tenant tells neither progress nor resources. */
    static Event withoutFigures(EventType type) {
        Event full = of(type);
        return event(
                full.jobId(),
                full.projectId(),
                full.finalState(),
                null,
                full.completedAt(),
                null,
                null,
                Map.of(),
                full.eventId(),
                type,
                full.tenant(),
                full.reason(),
                full.startedAt(),
                full.observedAt(),
                full.failReason());
    }

    /** An event whose type says it all. */
    public static Event event(
            String job,
            String project,
            String finalState,
            Double progress,
            Instant completedAt,
            Double peakCpu,
            Double peakMemory,
            Map<String, Double> means,
            String eventId,
            EventType type,
            String tenant,
            Event.Reason reason,
            Instant startedAt,
            Instant observedAt,
            String failReason) {
        return new Event(
                job,
                project,
                finalState,
                progress,
                completedAt,
                peakCpu,
                peakMemory,
                means,
                eventId,
                type,
                tenant,
                reason,
                startedAt,
                observedAt,
                failReason,
                null,
                List.of());
    }

    /** A target that events are posted to. */
    static WebhookTarget target(
            String name,
            URI url,
            Optional<WebhookTarget.Signature> signature,
            Set<EventType> events,
            Payload payload,
            Map<String, String> headers,
            WebhookTarget.Limits limits,
            boolean publicOnly) {
        return new WebhookTarget(
                name, url, signature, events, payload, headers, limits, publicOnly, Optional.empty(), Optional.empty());
    }

    /** A target that gets the events as they are, with no bounds of its own. */
    public static WebhookTarget target(
            String name, URI url, Optional<WebhookTarget.Signature> signature, Set<EventType> events) {
        WebhookTarget.Limits limits = new WebhookTarget.Limits(
                WebhookTarget.Limits.DEFAULT.timeout(), Integer.MAX_VALUE, OptionalDouble.empty());
        return target(name, url, signature, events, Payload.GENERIC, Map.of(), limits, false);
    }
}
