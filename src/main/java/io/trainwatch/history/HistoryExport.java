package io.trainwatch.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.history.Field.Form;
import io.trainwatch.history.HistorySource.Chunk;
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
    private final String history;
    private final Predicate<String> jobs;
    private final Writer out;
    private RecordedLook last;
    private long count;

    private HistoryExport(String history, Predicate<String> jobs, Writer out) {
        this.history = history;
        this.jobs = jobs;
        this.out = out;
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
        HistoryExport export = new HistoryExport(source.name(), jobs, out);
        export.text(ExportHead.line(at));
        source.read((hash, definition) -> export.text(ExportHead.policy(hash, definition)), export::write);
        return export.count;
    }

    private void write(Chunk chunk) {
        try (JsonParser json = JSON.createParser(chunk.bytes(), 0, chunk.length())) {
            try {
                while (json.nextToken() != null) {
                    RecordedLook look = reader.read(json);
                    if (look != null && jobs.test(look.job())) {
                        text(writer.write(look, shownBefore(look)) + "\n");
                        last = look;
                        count++;
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
