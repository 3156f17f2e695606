package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.optional.history.Field.Form;
import io.trainwatch.optional.history.HistorySource.Chunk;
import io.trainwatch.rules.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.function.Predicate;

/** Writes recorded looks as JSON lines, as {@code docs/history.md} describes them. */
public final class HistoryExport {

    private static final JsonFactory JSON = new JsonFactory();

    private final LookReader reader = new LookReader();
    private final LookWriter writer = new LookWriter(Form.EXPORT);
    private final Writer out;
    private RecordedLook last;
    private long count;

    /**
     * Begins an export.
     *
     * @param at when it is written, for people
     * @throws UncheckedIOException as the other methods, where it cannot be written
     */
    public HistoryExport(Instant at, Writer out) {
        this.out = out;
        text(ExportHead.line(at));
    }

    /**
     * Writes the looks of a source.
     *
     * @param jobs which of them, by their key
     * @param at when it is written, for people
     * @return how many looks
     * @throws HistoryUnreadable where the source cannot be read
     * @throws UncheckedIOException where the export cannot be written
     */
    public static long write(HistorySource source, Predicate<String> jobs, Instant at, Writer out) {
        HistoryExport export = new HistoryExport(at, out);
        source.read(
                (hash, definition) -> export.text(ExportHead.policy(hash, definition)),
                chunk -> export.write(source.name(), chunk, jobs));
        return export.count;
    }

    /** Writes a policy, before the looks that were judged by it; returns its hash. */
    public String write(Policy policy) {
        String definition = PolicyJson.write(policy);
        String hash = PolicyJson.hash(definition);
        text(ExportHead.policy(hash, definition));
        return hash;
    }

    /** Writes a look, after those before it of the same job. */
    public void write(RecordedLook look) {
        text(writer.write(look, shownBefore(look)) + "\n");
        last = look;
        count++;
    }

    private void write(String history, Chunk chunk, Predicate<String> jobs) {
        try (JsonParser json = JSON.createParser(chunk.bytes(), 0, chunk.length())) {
            try {
                while (json.nextToken() != null) {
                    RecordedLook look = reader.read(json);
                    if (look != null && jobs.test(look.job())) {
                        write(look);
                    }
                }
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw HistoryUnreadable.in(history, chunk, json, e);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Bytes can be read", e);
        }
    }

    private SampleWindow shownBefore(RecordedLook look) {
        boolean refers =
                look.before() == null && last != null && last.job().equals(look.job()) && last.epoch() == look.epoch();
        return refers ? SampleWindow.of(last.status().metrics()) : SampleWindow.EMPTY;
    }

    private void text(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
