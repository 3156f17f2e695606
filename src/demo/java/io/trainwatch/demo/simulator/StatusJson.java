package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes the status document of the {@code training} API. */
final class StatusJson {

    /** The most entries that the metrics array of one answer holds; the API keeps the latest 50. */
    static final int METRICS_KEPT = 50;

    private static final JsonFactory JSON = new JsonFactory();

    private StatusJson() {}

    /** The first sample that an answer still holds after so many samples. */
    static int firstSample(int samples) {
        return Math.max(0, samples - METRICS_KEPT / JobCurve.METRICS.size());
    }

    /** The whole document, UTF-8. */
    static byte[] render(SimulatedJob job, JobCurve.Look look) {
        ByteArrayBuilder bytes = new ByteArrayBuilder(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("job_id", job.life().job());
            json.writeStringField("state", look.state().name());
            json.writeNumberField("progress_percent", look.progress());
            json.writeObjectFieldStart("resource_utilization");
            json.writeNumberField("cpu_usage", look.cpu());
            json.writeNumberField("memory_usage", look.memory());
            if (!Double.isNaN(look.gpu())) {
                json.writeNumberField("gpu_memory_used", look.gpu());
            }
            json.writeEndObject();
            if (look.startedAt() != JobCurve.NEVER) {
                json.writeStringField("started_at", job.timeOf(look.startedAt()).toString());
            }
            if (look.endedAt() != JobCurve.NEVER) {
                json.writeStringField("completed_at", job.timeOf(look.endedAt()).toString());
            }
            json.writeFieldName("metrics");
            json.writeRawValue(job.metrics(look.samples()));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** The metrics array after so many samples. */
    static SerializedString metrics(SimulatedJob job, int samples) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (int index = firstSample(samples); index < samples; index++) {
                String timestamp = job.timeOf(job.curve().sampledAt(index)).toString();
                for (int metric = 0; metric < JobCurve.METRICS.size(); metric++) {
                    json.writeStartObject();
                    json.writeStringField("timestamp", timestamp);
                    json.writeStringField("metric_name", JobCurve.METRICS.get(metric));
                    json.writeNumberField("value", job.curve().sample(metric, index));
                    json.writeStringField("unit", "percent");
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return new SerializedString(text.toString());
    }
}
