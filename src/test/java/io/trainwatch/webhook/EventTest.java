package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventTest {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void hasTheFieldsOfTheContractInOrder() {
        Event event = Events.event(
                "job-1",
                "p1",
                "CANCELLED",
                41.50,
                AT,
                99.5,
                60.0,
                Map.of("loss", 0.1 + 0.2),
                "evt_1",
                EventType.JOB_CANCELLED,
                "acme",
                new Event.Reason("max-cpu", 99.5, 95d, AT),
                AT.minusSeconds(9),
                AT,
                null);
        assertThat(event.body())
                .isEqualTo("{\"job_id\":\"job-1\",\"project_id\":\"p1\",\"final_state\":\"CANCELLED\","
                        + "\"progress\":41.5,\"completed_at\":\"2026-01-01T00:00:00Z\","
                        + "\"resource_peak\":{\"cpu\":99.5,\"memory\":60},\"aggregated_metrics\":{\"loss\":0.3},"
                        + "\"event_id\":\"evt_1\",\"event_type\":\"job.cancelled\",\"tenant\":\"acme\","
                        + "\"reason\":{\"rule\":\"max-cpu\",\"observed\":99.5,\"limit\":95,\"since\":\"2026-01-01T00:00:00Z\"},"
                        + "\"started_at\":\"2025-12-31T23:59:51Z\",\"observed_at\":\"2026-01-01T00:00:00Z\",\"schema_version\":1,\"fail_reason\":null,"
                        + "\"message\":null}");
    }

    @Test
    void whatCouldNotBeUsedIsNamedInTheEventAsTheSchemaSays() throws IOException {
        Event event = new Event(
                "job-1",
                "p1",
                "COMPLETED",
                null,
                AT,
                null,
                null,
                Map.of("loss", 1.7e308),
                Event.id("acme", "p1", "job-1", 1, "ended"),
                EventType.JOB_COMPLETED,
                "acme",
                null,
                null,
                AT,
                null,
                null,
                List.of("progress_percent", "metrics[].value"));
        assertThat(event.body())
                .endsWith("\"message\":null,\"incomplete\":[\"progress_percent\",\"metrics[].value\"]}");
        assertThat(PayloadTest.SCHEMAS
                        .getSchema(Files.readString(Path.of("docs/event.schema.json")))
                        .validate(event.body(), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void theIdOfATransitionIsAlwaysTheSameAndItsOwn() {
        String id = Event.id("acme", "p1", "job-1", 1, "ended");
        assertThat(id).isEqualTo(Event.id("acme", "p1", "job-1", 1, "ended")).matches("evt_[0-9a-f]{32}");
        assertThat(Event.id("acme", "p1", "job-1", 2, "ended")).isNotEqualTo(id);
        assertThat(Event.id("acme", "p1job-1", "", 1, "ended")).isNotEqualTo(id);
    }
}
