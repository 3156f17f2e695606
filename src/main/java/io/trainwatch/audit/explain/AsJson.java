package io.trainwatch.audit.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.audit.AuditReading;
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
public final class AsJson implements Explanation.Narrator {

    private final PrintWriter out;
    private final JsonGenerator json;

    private record Step(String at, long seq, String action, String text, JsonNode details) {}

    private record Chain(boolean whole, long unproven, long lines, int files, String text) {}

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
    public void step(AuditReading.Line line, String text) {
        write(() -> {
            json.writeRaw('\n');
            json.writePOJO(new Step(line.at(), line.seq(), line.action(), text, line.details()));
        });
    }

    @Override
    public void end(Map<String, List<String>> summary, AuditVerification.Result chain) {
        write(() -> {
            json.writeEndArray();
            json.writePOJOField("summary", summary);
        });
        end(chain);
    }

    /** Tells that there is no story, or that there are several. */
    public void nothing(String name, Iterable<String> jobs, AuditVerification.Result chain) {
        write(() -> {
            json.writeStartObject();
            json.writeStringField("asked_for", name);
            json.writePOJOField("jobs", jobs);
        });
        end(chain);
    }

    private void end(AuditVerification.Result chain) {
        write(() -> {
            json.writePOJOField(
                    "chain",
                    new Chain(chain.isWhole(), chain.unproven(), chain.lines(), chain.files(), chain.describe()));
            json.writeEndObject();
            json.flush();
        });
        out.println();
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
