package io.trainwatch.optional.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.Words;
import io.trainwatch.optional.history.HistoryExport.Head;
import io.trainwatch.optional.history.HistoryUnreadable.NoLook;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Looks from an export, JSON lines as {@code docs/history.md} describes them; compressed where its name ends with
 * {@code .gz}.
 */
public final class ExportedHistory implements HistorySource {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** A policy is some hundred bytes, a look the same and a few thousand at most. */
    private static final int LONGEST_LINE = 1 << 20;

    private static final int CHUNK = 1 << 18;

    private final Path path;

    public ExportedHistory(Path path) {
        this.path = path;
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public void read(BiConsumer<String, String> policies, Consumer<Chunk> lines) {
        try (InputStream in = open()) {
            read(in, policies, lines);
        } catch (IOException e) {
            throw new HistoryUnreadable("The history " + path + " cannot be read: " + trouble(e), e);
        }
    }

    private static String trouble(IOException e) {
        if (e instanceof EOFException) {
            return "it is empty or ends too early for what .gz says it is";
        }
        if (e instanceof ZipException) {
            return "it is not compressed as .gz says it is";
        }
        return e instanceof NoSuchFileException ? "there is no such file" : Words.why(e);
    }

    private InputStream open() throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(path), CHUNK);
        return path.toString().endsWith(".gz") ? new GZIPInputStream(in, CHUNK) : in;
    }

    private void read(InputStream in, BiConsumer<String, String> policies, Consumer<Chunk> lines) throws IOException {
        byte[] rest = new byte[0];
        long line = 1;
        String job = "";
        boolean more = true;
        while (more) {
            byte[] bytes = Arrays.copyOf(rest, rest.length + CHUNK);
            int read = in.readNBytes(bytes, rest.length, CHUNK);
            int length = rest.length + read;
            more = read == CHUNK;
            int end = more ? lastLineEnd(bytes, length) : length;
            rest = Arrays.copyOfRange(bytes, end, length);
            if (rest.length > LONGEST_LINE) {
                throw HistoryUnreadable.inLine(
                        path.toString(), line, new NoLook("longer than " + LONGEST_LINE + " bytes"));
            }
            if (end > 0) {
                int count = readPolicies(bytes, end, line, policies);
                boolean continues = !job.isEmpty() && job.equals(jobOf(bytes, 0, end));
                lines.accept(new Chunk(bytes, end, line, continues));
                job = jobOf(bytes, lastLine(bytes, end), end);
                line += count;
            }
        }
    }

    /** Just after the last end of a line; 0 where there is none. */
    private static int lastLineEnd(byte[] bytes, int length) {
        int end = length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    /** Where the last line begins. */
    private static int lastLine(byte[] bytes, int length) {
        return lastLineEnd(bytes, bytes[length - 1] == '\n' ? length - 1 : length);
    }

    /** Takes the policies out of the lines, which are in line with what comes before them; returns how many lines there are. */
    private int readPolicies(byte[] bytes, int length, long firstLine, BiConsumer<String, String> policies) {
        int count = 0;
        for (int start = 0; start < length; count++) {
            int end = start;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            // The head and policies begin with another field than looks, most of which need not be looked at here.
            if (end - start > 2 && bytes[start + 2] != 'j') {
                readHead(bytes, start, end, firstLine + count, policies);
            }
            start = end + 1;
        }
        return count;
    }

    private void readHead(byte[] bytes, int start, int end, long line, BiConsumer<String, String> policies) {
        try {
            JsonNode tree = MAPPER.readTree(bytes, start, end - start);
            if (tree.has(Head.FORMAT) && tree.path("version").asInt() > Head.VERSION) {
                throw new IllegalArgumentException("is of version " + tree.path("version")
                        + ", and this Trainwatch reads" + " up to " + Head.VERSION + ": use a newer one");
            }
            if (tree.has(Head.DEFINITION)) {
                policies.accept(
                        tree.path("policy").asText(), tree.get(Head.DEFINITION).toString());
            }
        } catch (IOException | IllegalArgumentException e) {
            throw HistoryUnreadable.inLine(path.toString(), line, e);
        }
    }

    /** The job that the first line is about; empty where it is about none. */
    private static String jobOf(byte[] bytes, int from, int to) {
        try {
            return MAPPER.readTree(bytes, from, to - from).path("job").asText("");
        } catch (IOException e) {
            return ""; // whoever reads the line will say what is wrong
        }
    }
}
