package io.trainwatch.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The audit files: {@code audit-2026-11-23.jsonl} by the day (UTC) on which lines are written, then
 * {@code audit-2026-11-23_0002.jsonl} and so on where one is full. Sorted by name they hold the chain in order.
 */
final class AuditFile {

    private static final Pattern NAME = Pattern.compile("(audit-\\d{4}-\\d\\d-\\d\\d)(?:_(\\d{4,9}))?\\.jsonl");
    /** Texts may hold characters that Java takes for ends of lines, such as U+2028; the file's lines end with a newline. */
    private static final Pattern LINE = Pattern.compile(
            "\\{\"@?timestamp\":\"[^\"]*\",(?:\"e[^,]*,)*\"(?:seq|event\\.sequence)\":(\\d{1,18}),.*"
                    + ",\"(?:event\\.)?hash\":\"([0-9a-f]{64})\"}",
            Pattern.DOTALL);

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

    /** The name of the file that follows on the same day. */
    static String nameAfter(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException(name + " is no audit file");
        }
        long number = parts.group(2) == null ? 1 : Long.parseLong(parts.group(2));
        return String.format("%s_%04d.jsonl", parts.group(1), number + 1);
    }

    /** Audit files of a folder, oldest first; none where there is no folder. */
    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> isName(file.getFileName().toString()))
                    .sorted(order())
                    .toList();
        }
    }

    /** Files, and audit files in folders, by folder and each of them oldest first. */
    static List<List<Path>> byFolder(List<Path> paths) throws IOException {
        Map<Path, List<Path>> folders = new LinkedHashMap<>();
        for (Path path : paths) {
            List<Path> files = Files.isDirectory(path) ? in(path) : List.of(path);
            for (Path file : files) {
                List<Path> known = folders.computeIfAbsent(
                        file.toAbsolutePath().normalize().getParent(), at -> new ArrayList<>());
                if (!known.contains(file)) {
                    known.add(file);
                }
            }
        }
        folders.values().forEach(files -> files.sort(order()));
        return List.copyOf(folders.values());
    }

    /** By day, then by number, which may have more than four digits. */
    static Comparator<Path> order() {
        return Comparator.comparing((Path file) -> file.getFileName().toString(), AuditFile::compareNames);
    }

    static int compareNames(String a, String b) {
        Matcher first = NAME.matcher(a);
        Matcher second = NAME.matcher(b);
        if (!first.matches() || !second.matches() || !first.group(1).equals(second.group(1))) {
            return a.compareTo(b);
        }
        return Long.compare(number(first), number(second));
    }

    static boolean isSameDay(String a, String b) {
        Matcher first = NAME.matcher(a);
        Matcher second = NAME.matcher(b);
        return first.matches() && second.matches() && first.group(1).equals(second.group(1));
    }

    private static long number(Matcher name) {
        return name.group(2) == null ? 1 : Long.parseLong(name.group(2));
    }

    /** The number of a line in the chain, -1 where it has none. */
    private static long seqOf(String line) {
        Matcher read = LINE.matcher(line);
        return read.matches() ? Long.parseLong(read.group(1)) : -1;
    }

    /** Whether a line has this number in the chain. Most lines do not hold its digits, and those cost little. */
    static boolean hasSeq(String line, long seq) {
        return line.contains(Long.toString(seq)) && seqOf(line) == seq;
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

    /** Forces the file to disk. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(false);
        }
    }

    /** Forces the entries of the folder to disk: that a file is there, and under which name. */
    static void forceFolder(Path folder) {
        try (FileChannel entries = FileChannel.open(folder.toAbsolutePath(), StandardOpenOption.READ)) {
            entries.force(true);
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
