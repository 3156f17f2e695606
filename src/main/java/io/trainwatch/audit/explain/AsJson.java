package io.trainwatch.audit.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.audit.AuditVerification;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Tells the story to a program: {@code {"job", "steps": [{"at", "seq", "action", "text", "details"}], "summary": {name:
 * [sentence]}, "chain": {"whole", "unproven", "lines", "files", "text"}}}, one step a line.
 */
public final class AsJson implements Narrator {

    private final PrintWriter out;
    private final JsonGenerator json;

    public AsJson(PrintWriter out) {
        this.out = out;
        try {
            this.json = new ObjectMapper()
                    .createGenerator(out)
                    .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                    .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void begin(String job, AuditVerification.Result chain) {
        write(() -> {
            json.writeStartObject();
            json.writeStringField("job", job);
            json.writeArrayFieldStart("steps");
        });
    }

    @Override
    public void step(Step step) {
        write(() -> {
            json.writeRaw('\n');
            json.writeStartObject();
            json.writeStringField("at", step.at());
            json.writeNumberField("seq", step.seq());
            json.writeStringField("action", step.action());
            json.writeStringField("text", step.text());
            json.writeFieldName("details");
            json.writeTree(step.details());
            json.writeEndObject();
        });
    }

    @Override
    public void end(Map<String, List<String>> summary, long steps, AuditVerification.Result chain) {
        write(() -> {
            json.writeEndArray();
            json.writePOJOField("summary", summary);
            chain(chain);
            json.writeEndObject();
            json.flush();
        });
        out.println();
    }

    /** Tells that there is no story, or that there are several. */
    public void nothing(String name, Iterable<String> jobs, AuditVerification.Result chain) {
        write(() -> {
            json.writeStartObject();
            json.writeStringField("asked_for", name);
            json.writePOJOField("jobs", jobs);
            chain(chain);
            json.writeEndObject();
            json.flush();
        });
        out.println();
    }

    private void chain(AuditVerification.Result chain) throws IOException {
        json.writeObjectFieldStart("chain");
        json.writeBooleanField("whole", chain.isWhole());
        json.writeNumberField("unproven", chain.unproven());
        json.writeNumberField("lines", chain.lines());
        json.writeNumberField("files", chain.files());
        json.writeStringField("text", chain.describe());
        json.writeEndObject();
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException("The explanation could not be printed", e);
        }
    }
}
