package io.trainwatch.optional.history;

import io.trainwatch.optional.history.LookLine.Form;
import io.trainwatch.optional.history.LookWriter.SampleWindow;
import io.trainwatch.rules.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.function.Predicate;

/** Writes recorded looks as JSON lines, as {@code docs/history.md} describes them. */
public final class HistoryExport {

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
        text(Head.line(at));
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
        LookReader reader = new LookReader();
        source.read(
                (hash, definition) -> export.text(Head.policy(hash, definition)),
                chunk -> reader.read(source.name(), chunk, look -> {
                    if (jobs.test(look.job())) {
                        export.write(look);
                    }
                }));
        return export.count;
    }

    /** Writes a policy, before the looks that were judged by it; returns its hash. */
    public String write(Policy policy) {
        String definition = PolicyJson.write(policy);
        String hash = PolicyJson.hash(definition);
        text(Head.policy(hash, definition));
        return hash;
    }

    /** Writes a look, after those before it of the same job. */
    public void write(RecordedLook look) {
        text(writer.write(look, shownBefore(look)) + "\n");
        last = look;
        count++;
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

    /** The lines of an export that are no looks. */
    static final class Head {

        /** Names the format, in the first line of an export. */
        static final String FORMAT = "history";
        /** In a line that says what a policy of this hash is. */
        static final String DEFINITION = "definition";

        static final int VERSION = 1;

        private Head() {}

        /** The first line of an export, with its end. */
        static String line(Instant at) {
            return "{\"" + FORMAT + "\":\"trainwatch\",\"version\":" + VERSION + ",\"exported_at\":\"" + at + "\"}\n";
        }

        /** A line that says what a policy is, with its end. */
        static String policy(String hash, String definition) {
            return "{\"policy\":\"" + hash + "\",\"" + DEFINITION + "\":" + definition + "}\n";
        }
    }
}
