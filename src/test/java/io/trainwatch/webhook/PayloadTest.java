package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.trainwatch.conventions.Situation;
import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the receivers of each format get, checked against what they document. */
class PayloadTest {

    static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(Dialects.getDraft202012());
    private static final String ROUTING_KEY = "r0uting\"key";

    @ParameterizedTest
    @EnumSource(EventType.class)
    void everyEventIsAsItsSchemaSays(EventType type) throws IOException {
        Schema schema = SCHEMAS.getSchema(Files.readString(Path.of("docs/event.schema.json")));
        assertThat(schema.validate(Events.of(type).body(), InputFormat.JSON)).isEmpty();
        assertThat(schema.validate(Events.withoutFigures(type).body(), InputFormat.JSON))
                .isEmpty();
        assertThat(schema.validate(
                        EventFields.testEvent(Event.id("a", "b", "c", 1, "d"), Events.AT)
                                .body(),
                        InputFormat.JSON))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"schema_version\":1|\"schema_version\":2",
                "\"final_state\":\"COMPLETED\"|\"final_state\":\"FAILED\"",
                "\"progress\":41.5|\"progress\":141.5",
                "\"tenant\":\"acme\",|''",
                "\"event_id\":\"evt_|\"event_id\":\"",
                "\"cpu\":99.5|\"cpu\":\"99.5\""
            })
    void theSchemaRefusesWhatIsNoEvent(String right, String wrong) throws IOException {
        Schema schema = SCHEMAS.getSchema(Files.readString(Path.of("docs/event.schema.json")));
        String body = Events.of(EventType.JOB_COMPLETED).body();
        assertThat(body).contains(right);
        assertThat(schema.validate(body.replace(right, wrong), InputFormat.JSON))
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Payload.Format.class,
            names = {"SLACK", "TEAMS", "PAGERDUTY", "CLOUDEVENTS_STRUCTURED"})
    void everyFormatIsAsItsReceiverDocuments(Payload.Format format) throws IOException {
        Schema schema = schema(format.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        for (EventType type : EventType.values()) {
            for (Event event : List.of(Events.of(type), Events.withoutFigures(type))) {
                String body = new String(request(format, event).body(), StandardCharsets.UTF_8);
                assertThat(schema.validate(body, InputFormat.JSON)).as(body).isEmpty();
                assertThat(body)
                        .as("what is not known is said so")
                        .doesNotContain(": %")
                        .doesNotContain("null %");
            }
        }
    }

    @Test
    void aStructuredCloudEventCarriesTheEventAsItIs() throws IOException {
        Event event = Events.of(EventType.JOB_FAILED);
        Delivery.Request request = request(Payload.Format.CLOUDEVENTS_STRUCTURED, event);
        JsonNode envelope = new ObjectMapper().readTree(request.body());
        assertThat(request.headers()).containsEntry("Content-Type", "application/cloudevents+json");
        assertThat(envelope.get("data")).isEqualTo(new ObjectMapper().readTree(event.body()));
        assertThat(envelope.get("id").asText()).isEqualTo(event.eventId());
        assertThat(envelope.get("type").asText()).isEqualTo("io.trainwatch.job.failed");
    }

    /** HTTP binding 1.0.2, section 3.1: attributes as headers, and the data's own content type. */
    @Test
    void aBinaryCloudEventIsTheEventWithAttributesAsHeaders() {
        Event event = Events.of(EventType.JOB_CANCELLED);
        Delivery.Request request = request(Payload.Format.CLOUDEVENTS_BINARY, event);
        assertThat(new String(request.body(), StandardCharsets.UTF_8)).isEqualTo(event.body());
        assertThat(request.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("ce-specversion", "1.0")
                .containsEntry("ce-id", event.eventId())
                .containsEntry("ce-source", "/trainwatch/acme/bots")
                .containsEntry("ce-type", "io.trainwatch.job.cancelled")
                .containsEntry("ce-subject", "job-1")
                .containsEntry("ce-time", "2026-01-01T00:00:00.500Z");
    }

    @Test
    void theAlertOfAJobIsOneAlertAndEndsWithIt() throws IOException {
        JsonNode breach = json(Payload.Format.PAGERDUTY, EventType.JOB_BREACHED);
        JsonNode end = json(Payload.Format.PAGERDUTY, EventType.JOB_COMPLETED);
        assertThat(breach.get("event_action").asText()).isEqualTo("trigger");
        assertThat(end.get("event_action").asText()).isEqualTo("resolve");
        assertThat(end.get("dedup_key")).isEqualTo(breach.get("dedup_key"));
        assertThat(end.get("routing_key").asText()).isEqualTo(ROUTING_KEY);
        assertThat(Events.of(EventType.JOB_FAILED))
                .satisfies(event -> assertThat(Payload.Format.PAGERDUTY
                                .template()
                                .orElseThrow()
                                .render(event))
                        .as("the key is not stored")
                        .doesNotContain("r0uting"));
    }

    @Test
    void anAttemptRepeatsTheBytesAndSignsThemAnew() {
        SigningKey secret = KeyForm.WEBHOOK
                .parse("whsec_" + Base64.getEncoder().encodeToString(new byte[32]))
                .get(0);
        Delivery delivery = delivery(Payload.Format.TEAMS, Events.of(EventType.JOB_FAILED), Optional.of(secret));
        Delivery.Request first = Delivery.Request.of(delivery, Events.AT);
        Delivery.Request second = Delivery.Request.of(delivery, Events.AT.plusSeconds(300));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().get("webhook-id")).isEqualTo(first.headers().get("webhook-id"));
        assertThat(second.headers().get("webhook-signature"))
                .isNotEqualTo(first.headers().get("webhook-signature"));
        assertThat(first.headers()).containsEntry("X-Team", "ml");
    }

    @Test
    void aTemplateOfOnesOwnEscapesWhatItPutsIn() throws IOException {
        Payload.Template template =
                Payload.Template.parse("{\"a\": \"${summary}\", \"n\": ${progress}, \"e\": ${event}}");
        JsonNode made = new ObjectMapper().readTree(template.render(Events.of(EventType.JOB_BREACHED)));
        assertThat(made.get("a").asText())
                .isEqualTo("Job job-1 of bots (acme) breaks its policy: max-cpu, observed 99.5, limit 95");
        assertThat(made.get("n").asDouble()).isEqualTo(41.5);
        assertThat(made.get("e").get("aggregated_metrics").get("lo\"ss \u00e9").asDouble())
                .isEqualTo(0.25);
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "A tenant writes `<!channel>` or `<https://…>`, and it goes to Slack",
            then = "It is escaped: nobody is called, and no link is made")
    @Test
    void aTenantsWordsCallNobodyAndMakeNoLinksInSlack() throws IOException {
        String body = new String(
                request(Payload.Format.SLACK, Events.withMessage("<!channel> <https://evil|click> a && b"))
                        .body(),
                StandardCharsets.UTF_8);
        assertThat(new ObjectMapper().readTree(body).get("text").asText())
                .endsWith("&lt;!channel&gt; &lt;https://evil|click&gt; a &amp;&amp; b");
        assertThat(body).doesNotContain("<!", "<https");
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "A tenant writes Markdown, and it goes to Teams",
            then = "It is escaped")
    @Test
    void aTenantsWordsAreNoMarkdownInTeams() throws IOException {
        Delivery.Request request =
                request(Payload.Format.TEAMS, Events.withMessage("[click](https://evil) **now** a_b\n- x\n1. y"));
        String text = new ObjectMapper()
                .readTree(request.body())
                .findValue("body")
                .get(0)
                .get("text")
                .asText();
        assertThat(text)
                .endsWith("\\[click\\]\\(https://evil\\) \\*\\*now\\*\\* a\\_b\n\\- x\n1\\. y")
                .startsWith("Job job-1 of bots \\(acme\\) ");
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "Teams answers 200 with `Webhook message delivery failed …`",
            then = "It is a failed delivery, and tried again")
    @ParameterizedTest
    @CsvSource({"TEAMS, false", "GENERIC, true", "SLACK, true"})
    void a200OfTeamsThatTellsOfAFailureIsOne(Payload.Format format, boolean taken) {
        byte[] body = "1: Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(DeliveryResult.isTaken(format, 200, body)).isEqualTo(taken);
        assertThat(DeliveryResult.isTaken(format, 200, new byte[] {'1'})).isTrue();
        assertThat(DeliveryResult.ofResponse(Payload.Format.TEAMS, 200, body, Optional.empty())
                        .reason())
                .startsWith("answered 200, and: Webhook message delivery failed with error: Microsoft");
    }

    @Test
    void aNumberThatStandsAloneIsNullWhereItIsNotKnown() throws IOException {
        Payload.Template template =
                Payload.Template.parse("{\"a\": ${progress}, \"b\": \"\\\"${peak_cpu}\", \"c\": [${reason_limit}]}");
        Event event = Events.withoutFigures(EventType.JOB_COMPLETED);
        assertThat(template.render(event)).isEqualTo("{\"a\": null, \"b\": \"\\\"\", \"c\": [null]}");
    }

    @Test
    void aTemplateThatCannotWorkIsRefusedAtOnce() {
        assertThatThrownBy(() -> Payload.Template.parse("{\"a\": ${final_state}}"))
                .hasMessageContaining("no JSON");
        assertThatThrownBy(() -> Payload.Template.parse("{\"a\": \"${nonsense}\"}"))
                .hasMessageContaining("no field 'nonsense'")
                .hasMessageContaining("job_id");
        assertThatThrownBy(() -> Payload.Template.parse("{\"a\": ${summary}}")).hasMessageContaining("no JSON");
        assertThatThrownBy(() -> Payload.Template.parse("\"${summary}\"")).hasMessageContaining("no JSON object");
        assertThatThrownBy(() -> Payload.Template.parse("{} {}")).hasMessageContaining("follows");
    }

    private static JsonNode json(Payload.Format format, EventType type) throws IOException {
        return new ObjectMapper().readTree(request(format, Events.of(type)).body());
    }

    private static Delivery.Request request(Payload.Format format, Event event) {
        return Delivery.Request.of(delivery(format, event, Optional.empty()), Events.AT);
    }

    private static Delivery delivery(Payload.Format format, Event event, Optional<SigningKey> secret) {
        Payload payload = new Payload(format, format.template(), Optional.of(ROUTING_KEY));
        WebhookTarget target = Events.target(
                "ops",
                URI.create("https://ops.example/hook"),
                secret.map(key -> new WebhookTarget.Signature(List.of(key))),
                EnumSet.allOf(EventType.class),
                payload,
                Map.of("X-Team", "ml"),
                WebhookTarget.Limits.DEFAULT,
                false);
        return new Delivery(
                1,
                target,
                "acme:bots/job-1",
                event.eventId(),
                event.eventType(),
                Events.AT,
                format,
                payload.body(event),
                1,
                1,
                false);
    }

    private static Schema schema(String name) throws IOException {
        try (InputStream text = PayloadTest.class.getResourceAsStream("/formats/" + name + ".schema.json")) {
            return SCHEMAS.getSchema(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
