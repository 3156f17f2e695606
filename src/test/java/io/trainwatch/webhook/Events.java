package io.trainwatch.webhook;

import java.time.Instant;
import java.util.Map;

/** Events of every type, for tests. */
final class Events {

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
        return new Event(
                "job-1",
                "bots",
                ended,
                41.5,
                ended == null ? null : AT,
                99.5,
                60d,
                Map.of("lo\"ss \u00e9", 0.25),
                EventId.of("acme", "bots", "job-1", 1, type.name()),
                type,
                "acme",
                judged ? new Reason("max-cpu", 99.5, 95d, AT.minusSeconds(5)) : null,
                AT.minusSeconds(60),
                AT,
                type == EventType.JOB_FAILED ? "no \"examples\"" : null);
    }

    /** Of a failure, with words of the tenant. */
    static Event withMessage(String words) {
        Event full = of(EventType.JOB_FAILED);
        return new Event(
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
        return new Event(
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
}
