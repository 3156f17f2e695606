package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.optional.history.Field.Form;
import io.trainwatch.watch.ActionTaken;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Writes recorded looks as JSON, one object each. What is missing, false or as usual is left out. Thread-safe. */
final class LookWriter {

    static final String PERCENT = "percent";

    private static final JsonFactory JSON = new JsonFactory();
    /** Before 1700 or after 2200 nanoseconds would not fit. */
    private static final long MOST_SECONDS = 8_000_000_000L;

    private static final long NANOS = 1_000_000_000L;

    private final Form form;

    LookWriter(Form form) {
        this.form = form;
    }

    /**
     * The look as one line, without its end.
     *
     * @param shown the samples of the look before, where this one is to refer to them
     */
    String write(RecordedLook look, SampleWindow shown) {
        return write(look, SampleWindow.of(look.status().metrics()), shown);
    }

    /** @param samples those of this look */
    String write(RecordedLook look, SampleWindow samples, SampleWindow shown) {
        StringWriter text = new StringWriter(160);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            if (form == Form.EXPORT) {
                json.writeStringField(Field.JOB.in(form), look.job());
                json.writeNumberField(Field.EPOCH.in(form), look.epoch());
                json.writeNumberField(Field.FENCE.in(form), look.fence());
            }
            json.writeNumberField(Field.NUMBER.in(form), look.number());
            time(json, Field.AT, look.at());
            write(json, look.status(), samples.hashes(), shown);
            flag(json, Field.STOPPING, look.stopping());
            if (!look.followed()) {
                json.writeBooleanField(Field.FOLLOWED.in(form), false);
            }
            text(json, Field.POLICY, look.policy());
            write(json, look.decided());
            if (look.act() != ActionTaken.NONE) {
                text(json, Field.ACT, look.act().name().toLowerCase(Locale.ROOT));
            }
            if (look.before() != null) {
                write(json, look.before());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("A StringWriter does not fail", e);
        }
        return text.toString();
    }

    private void write(JsonGenerator json, JobStatus status, long[] hashes, SampleWindow shown) throws IOException {
        ResourceUtilization used = status.resourceUtilization();
        text(json, Field.STATE, status.state().name());
        number(json, Field.PROGRESS, status.progressPercent());
        number(json, Field.CPU, used.cpuUsage());
        number(json, Field.MEMORY, used.memoryUsage());
        number(json, Field.GPU, used.gpuMemoryUsed());
        time(json, Field.STARTED_AT, status.startedAt());
        time(json, Field.COMPLETED_AT, status.completedAt());
        flag(json, Field.CANCELLING, status.cancelling());
        if (!status.metrics().isEmpty()) {
            json.writeArrayFieldStart(Field.METRICS.in(form));
            write(json, status.metrics(), hashes, shown);
            json.writeEndArray();
        }
    }

    /** A run of samples that were shown before is {@code [from, count]}, a new one {@code [time, name, value(, unit)]}. */
    private void write(JsonGenerator json, List<Metric> samples, long[] hashes, SampleWindow shown) throws IOException {
        int likely = 0;
        for (int i = 0; i < hashes.length; ) {
            int from = shown.indexOf(hashes[i], likely);
            int run = 0;
            while (from >= 0
                    && i + run < hashes.length
                    && from + run < shown.hashes().length
                    && shown.hashes()[from + run] == hashes[i + run]) {
                run++;
            }
            json.writeStartArray();
            if (run > 0) {
                json.writeNumber(from);
                json.writeNumber(run);
                likely = from + run;
                i += run;
            } else {
                write(json, samples.get(i++));
            }
            json.writeEndArray();
        }
    }

    private void write(JsonGenerator json, Metric sample) throws IOException {
        time(json, sample.timestamp());
        json.writeString(sample.name());
        json.writeNumber(sample.value());
        if (!PERCENT.equals(sample.unit())) {
            json.writeString(sample.unit());
        }
    }

    private void write(JsonGenerator json, Decided decided) throws IOException {
        if (form == Form.EXPORT || !decided.outcome().equals(Decided.RUNNING)) {
            text(json, Field.OUTCOME, decided.outcome());
        }
        flag(json, Field.CANCEL, decided.cancel());
        if (!decided.isBreach()) {
            return;
        }
        json.writeArrayFieldStart(Field.BREACHES.in(form));
        for (Decided.Found found : decided.found()) {
            json.writeStartObject();
            json.writeStringField("rule", found.rule());
            json.writeStringField("level", found.level().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("observed", found.observed());
            json.writeNumberField("limit", found.limit());
            json.writeFieldName("since");
            time(json, found.since());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(JsonGenerator json, RecordedLook.Known before) throws IOException {
        json.writeObjectFieldStart(Field.BEFORE.in(form));
        if (before.state() != null) {
            json.writeStringField("state", before.state().name());
        }
        json.writeFieldName("observed");
        json.writeRawValue(before.observed().toJson());
        json.writeEndObject();
    }

    private void flag(JsonGenerator json, Field field, boolean value) throws IOException {
        if (value) {
            json.writeBooleanField(field.in(form), true);
        }
    }

    private void text(JsonGenerator json, Field field, String value) throws IOException {
        if (value != null) {
            json.writeStringField(field.in(form), value);
        }
    }

    private void number(JsonGenerator json, Field field, Double value) throws IOException {
        if (value != null) {
            json.writeNumberField(field.in(form), value);
        }
    }

    private void time(JsonGenerator json, Field field, Instant value) throws IOException {
        if (value != null) {
            json.writeFieldName(field.in(form));
            time(json, value);
        }
    }

    private void time(JsonGenerator json, Instant value) throws IOException {
        if (form == Form.STORE && Math.abs(value.getEpochSecond()) < MOST_SECONDS) {
            json.writeNumber(value.getEpochSecond() * NANOS + value.getNano());
        } else {
            json.writeString(value.toString());
        }
    }
}
