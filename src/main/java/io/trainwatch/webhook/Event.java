package io.trainwatch.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a target is told. {@link #body} gives the same bytes for the same event, always.
 *
 * @param finalState what the tenant says that the job ended as; {@code null} while it has not ended
 * @param progress percent; {@code null} where it is not known
 * @param peakCpu percent, over the whole watch; {@code null} where it is not known
 * @param peakMemory percent, over the whole watch; {@code null} where it is not known
 * @param means by metric name, over every distinct sample seen; written in the order of the map
 * @param reason {@code null} where no policy acted
 * @param failReason why the job failed, in the tenant's words; {@code null} where it did not or the tenant does not tell
 * @param message what happened, for people; {@code null} where the type says it all
 * @param incomplete the names of the fields that the tenant told and that could not be used, in any look
 */
public record Event(
        String jobId,
        String projectId,
        String finalState,
        Double progress,
        Instant completedAt,
        Double peakCpu,
        Double peakMemory,
        Map<String, Double> means,
        String eventId,
        EventType eventType,
        String tenant,
        Reason reason,
        Instant startedAt,
        Instant observedAt,
        String failReason,
        String message,
        List<String> incomplete) {

    static final int SCHEMA_VERSION = 1;
    private static final int ID_BYTES = 16;
    private static final JsonFactory JSON = new JsonFactory();
    /** Digits behind the point: more are noise of the addition. */
    private static final int DIGITS = 9;

    /**
     * Derives the id of an event from what it is about, so that the same transition always has the same id: {@code evt_} and
     * the first 128 bits of SHA-256 over the parts, each followed by a zero byte, which no part holds.
     *
     * @param epoch counts the times that the job was put on the watch list anew
     * @param transition names the transition within the epoch
     */
    public static String id(String tenant, String project, String job, int epoch, String transition) {
        return "evt_" + digest(tenant, project, job, Integer.toString(epoch), transition);
    }

    /** One id for all events of a job: {@code job_} and 32 hexadecimal digits. */
    static String idOfJob(String tenant, String project, String job) {
        return "job_" + digest(tenant, project, job);
    }

    private static String digest(String... parts) {
        MessageDigest digest = Sha256.digest();
        for (String part : parts) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return Sha256.hex(digest.digest(), ID_BYTES);
    }

    /** The payload, one line of JSON. */
    public String body() {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("job_id", jobId);
            json.writeStringField("project_id", projectId);
            json.writeStringField("final_state", finalState);
            number(json, "progress", progress);
            instant(json, "completed_at", completedAt);
            json.writeObjectFieldStart("resource_peak");
            number(json, "cpu", peakCpu);
            number(json, "memory", peakMemory);
            json.writeEndObject();
            json.writeObjectFieldStart("aggregated_metrics");
            for (Map.Entry<String, Double> mean : means.entrySet()) {
                number(json, mean.getKey(), mean.getValue());
            }
            json.writeEndObject();
            json.writeStringField("event_id", eventId);
            json.writeStringField("event_type", eventType.wireName());
            json.writeStringField("tenant", tenant);
            reason(json);
            instant(json, "started_at", startedAt);
            instant(json, "observed_at", observedAt);
            json.writeNumberField("schema_version", SCHEMA_VERSION);
            json.writeStringField("fail_reason", failReason);
            json.writeStringField("message", message);
            if (!incomplete.isEmpty()) {
                json.writeArrayFieldStart("incomplete");
                for (String field : incomplete) {
                    json.writeString(field);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("A StringWriter does not fail", e);
        }
        return text.toString();
    }

    private void reason(JsonGenerator json) throws IOException {
        if (reason == null) {
            json.writeNullField("reason");
            return;
        }
        json.writeObjectFieldStart("reason");
        json.writeStringField("rule", reason.rule());
        number(json, "observed", reason.observed());
        number(json, "limit", reason.limit());
        instant(json, "since", reason.since());
        if (reason.withheld() != null) {
            json.writeStringField("withheld", reason.withheld());
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, Double value) throws IOException {
        // A rule may be about a value that is no finite number, which JSON has no word for.
        if (value == null || !Double.isFinite(value)) {
            json.writeNullField(name);
            return;
        }
        json.writeFieldName(name);
        json.writeNumber(exact(value));
    }

    /** As the body writes it. */
    static String plain(double value) {
        return Double.isFinite(value) ? exact(value).toPlainString() : "not a number";
    }

    private static BigDecimal exact(double value) {
        BigDecimal exact = BigDecimal.valueOf(value)
                .setScale(DIGITS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    private static void instant(JsonGenerator json, String name, Instant instant) throws IOException {
        json.writeStringField(name, instant == null ? null : instant.toString());
    }

    /**
     * What a policy acted on, or who ordered the cancel.
     *
     * @param rule the rule's id, or who ordered it, such as {@code interrupt}
     * @param observed in the unit of the limit; {@code null} where somebody ordered the cancel
     * @param limit {@code null} where somebody ordered the cancel
     * @param since from when on it was so
     * @param withheld why it leads to no cancel, in a word such as {@code dry-run}; {@code null} where it does
     */
    public record Reason(String rule, Double observed, Double limit, Instant since, String withheld) {

        /** What leads to a cancel. */
        public Reason(String rule, Double observed, Double limit, Instant since) {
            this(rule, observed, limit, since, null);
        }
    }
}
