package io.trainwatch.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the lines of audit files about some job, oldest first, and holds one of them at a time. Checks nothing: whether
 * the lines are what was written is for {@link AuditVerification}.
 */
public final class AuditReading {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int BLOCK = 1 << 18;
    /** Longer than any line that Trainwatch writes; of what is longer nothing is read. */
    private static final int LONGEST_LINE = 1 << 24;

    private final Path file;
    private final byte[] wanted;
    private final Consumer<Line> lines;
    private byte[] pending = new byte[0];
    private boolean tooLong;
    private long number;

    private AuditReading(Path file, byte[] wanted, Consumer<Line> lines) {
        this.file = file;
        this.wanted = wanted;
        this.lines = lines;
    }

    /**
     * One line.
     *
     * @param file where it stands
     * @param number its number in the file, from 1
     * @param at when it happened, ISO-8601, UTC
     * @param action mostly a name of {@link AuditAction}
     * @param details an object
     */
    public record Line(
            Path file,
            long number,
            String at,
            long seq,
            String tenant,
            String projectId,
            String jobId,
            String action,
            JsonNode details) {}

    /**
     * Reads files, and the audit files in folders, in the order of their names.
     *
     * @param jobId a job's id; lines about others are passed over
     * @throws IOException where a file cannot be read
     */
    public static void ofJob(List<Path> paths, String jobId, Consumer<Line> lines) throws IOException {
        byte[] wanted = ("job_id\":\"" + jobId + "\"").getBytes(StandardCharsets.UTF_8);
        for (Path file : files(paths)) {
            new AuditReading(file, wanted, line -> {
                        if (line.jobId().equals(jobId)) {
                            lines.accept(line);
                        }
                    })
                    .read();
        }
    }

    private static List<Path> files(List<Path> paths) throws IOException {
        return AuditFile.byFolder(paths).stream()
                .flatMap(List::stream)
                .sorted(AuditFile.order())
                .toList();
    }

    private void read() throws IOException {
        byte[] block = new byte[BLOCK];
        try (InputStream in = Channels.newInputStream(AuditFile.open(file))) {
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                int from = 0;
                for (int i = 0; i < length; i++) {
                    if (block[i] == '\n') {
                        number++;
                        line(block, from, i);
                        from = i + 1;
                    }
                }
                keep(block, from, length);
            }
        }
        // What is behind the last newline is no line yet.
    }

    private void keep(byte[] block, int from, int to) {
        if (pending.length + to - from > LONGEST_LINE) {
            tooLong = true;
            pending = new byte[0];
        }
        if (!tooLong && to > from) {
            int before = pending.length;
            pending = Arrays.copyOf(pending, before + to - from);
            System.arraycopy(block, from, pending, before, to - from);
        }
    }

    private void line(byte[] block, int from, int to) {
        if (pending.length == 0 && !tooLong) {
            take(block, from, to);
            return;
        }
        keep(block, from, to);
        byte[] whole = pending;
        boolean taken = !tooLong;
        pending = new byte[0];
        tooLong = false;
        if (taken) {
            take(whole, 0, whole.length);
        }
    }

    private void take(byte[] bytes, int from, int to) {
        if (!contains(bytes, from, to)) {
            return;
        }
        try {
            JsonNode line = MAPPER.readTree(bytes, from, to - from);
            AuditForm form = AuditForm.of(bytes, from, to);
            lines.accept(new Line(
                    file,
                    number,
                    SafeText.of(line.path(form.name(0)).asText()),
                    line.path(form.name(1)).asLong(),
                    SafeText.of(line.path(form.name(2)).asText()),
                    SafeText.of(line.path(form.name(3)).asText()),
                    SafeText.of(line.path(form.name(4)).asText()),
                    SafeText.of(line.path(form.name(5)).asText()),
                    line.path(form.name(6))));
        } catch (JsonProcessingException e) {
            // The verification names the line; there is nothing in it to tell.
            return;
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory can be read", e);
        }
    }

    private boolean contains(byte[] bytes, int from, int to) {
        byte first = wanted[0];
        for (int i = from; i <= to - wanted.length; i++) {
            if (bytes[i] == first && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
