package io.trainwatch.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The audit files: one a day, {@code audit-2026-11-23.jsonl}, by the day (UTC) on which lines are written. */
final class AuditFile {

    private static final Pattern NAME = Pattern.compile("audit-\\d{4}-\\d\\d-\\d\\d\\.jsonl");
    private static final Pattern LINE =
            Pattern.compile("\\{\"timestamp\":\"[^\"]*\",\"seq\":(\\d+),.*,\"hash\":\"([0-9a-f]{64})\"}");
    private static final int BLOCK = 64 * 1024;

    private AuditFile() {}

    /**
     * How a file ends.
     *
     * @param seq of the last whole line; 0 where there is none
     * @param hash of that line
     * @param torn bytes behind it
     */
    record Tail(long seq, String hash, long torn) {}

    static String nameFor(Instant when) {
        return "audit-" + DateTimeFormatter.ISO_LOCAL_DATE.format(when.atZone(ZoneOffset.UTC)) + ".jsonl";
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads the end of the file only, however long it is. */
    static Tail tail(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long end = lastNewline(file, file.length()) + 1;
            long torn = file.length() - end;
            while (end > 0) {
                long start = lastNewline(file, end - 1) + 1;
                byte[] line = new byte[(int) (end - 1 - start)];
                file.seek(start);
                file.readFully(line);
                Matcher read = LINE.matcher(new String(line, StandardCharsets.UTF_8));
                if (read.matches()) {
                    return new Tail(Long.parseLong(read.group(1)), read.group(2), torn);
                }
                torn = file.length() - start;
                end = start;
            }
            return new Tail(0, AuditLine.FIRST_PREV, torn);
        }
    }

    /**
     * Cuts off what a crash left half-written behind the last whole line.
     *
     * @return bytes cut off
     */
    static long repair(Path path) throws IOException {
        long torn = tail(path).torn();
        if (torn > 0) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - torn);
                channel.force(true);
            }
        }
        return torn;
    }

    /** Forces the file to disk, and its entry in the folder. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // Not every system lets a folder be opened; there the entry is forced with the file.
            return;
        }
    }

    /** Where the last newline before {@code end} is, -1 where there is none. */
    private static long lastNewline(RandomAccessFile file, long end) throws IOException {
        byte[] block = new byte[BLOCK];
        long from = end;
        while (from > 0) {
            int length = (int) Math.min(BLOCK, from);
            from -= length;
            file.seek(from);
            file.readFully(block, 0, length);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return from + i;
                }
            }
        }
        return -1;
    }
}
