package io.trainwatch.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The audit files: {@code audit-2026-11-23.jsonl} by the day (UTC) on which lines are written, then
 * {@code audit-2026-11-23_0002.jsonl} and so on where one is full. Sorted by name they hold the chain in order.
 */
final class AuditFile {

    private static final Pattern NAME = Pattern.compile("(audit-\\d{4}-\\d\\d-\\d\\d)(?:_(\\d{4,9}))?\\.jsonl");
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

    /**
     * Why this cannot be an audit file; empty where it is a file. Opening a pipe or a device may take for ever.
     *
     * @throws IOException where there is nothing
     */
    static Optional<String> whyNoFile(Path path) throws IOException {
        if (Files.isSymbolicLink(path) && !Files.exists(path)) {
            return Optional.of("this is a link to what is not there, where an audit file should be");
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
            return Optional.empty();
        }
        return Optional.of(
                attributes.isDirectory()
                        ? "this is a folder, where an audit file should be"
                        : "this is a pipe, a socket or a device, where an audit file should be");
    }

    /** Whether this is a file that nothing was written to yet. */
    static boolean isEmpty(Path path) throws IOException {
        return whyNoFile(path).isEmpty() && Files.size(path) == 0;
    }

    /**
     * Opens an audit file for reading.
     *
     * @throws AuditFault where it is no file
     */
    static FileChannel open(Path path) throws IOException {
        Optional<String> why = whyNoFile(path);
        if (why.isPresent()) {
            throw new AuditFault(path + ": " + why.get());
        }
        return FileChannel.open(path, StandardOpenOption.READ);
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

    /**
     * What a program that rotates logs left of the file, such as {@code audit-2026-11-23.jsonl.1.gz} or
     * {@code audit-2026-11-23-20261124.jsonl}; empty where there is nothing of the kind.
     */
    static Optional<Path> rotated(Path file) throws IOException {
        String stem = file.getFileName().toString().replace(".jsonl", "");
        if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
            return files.filter(other -> {
                        String name = other.getFileName().toString();
                        return !isName(name) && (name.startsWith(stem + ".") || name.startsWith(stem + "-"));
                    })
                    .min(Comparator.naturalOrder());
        }
    }

    /** Files, and audit files in folders, by folder and each of them oldest first. */
    static List<List<Path>> byFolder(List<Path> paths) throws IOException {
        // A folder may be named in several ways, such as audit, ./audit and a link to it.
        Map<Path, Map<Path, Path>> folders = new LinkedHashMap<>();
        for (Path path : paths) {
            boolean isFolder = Files.isDirectory(path) && !isName(String.valueOf(path.getFileName()));
            for (Path file : isFolder ? in(path) : List.of(path)) {
                Path folder = file.toAbsolutePath().getParent().toRealPath();
                folders.computeIfAbsent(folder, at -> new LinkedHashMap<>()).putIfAbsent(file.getFileName(), file);
            }
        }
        return folders.values().stream()
                .map(files -> files.values().stream().sorted(order()).toList())
                .toList();
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

    static Tail tail(Path path) throws IOException {
        return tail(path, Long.MAX_VALUE);
    }

    /** As if the file had only so many bytes. Reads the end of them only, however many there are. */
    static Tail tail(Path path, long bytes) throws IOException {
        long length;
        try (FileChannel channel = open(path)) {
            length = Math.min(channel.size(), bytes);
        }
        for (long window = BLOCK; ; window *= 2) {
            long from = Math.max(0, length - window);
            byte[] end = read(path, from, (int) (length - from));
            for (int newline = FileLines.lastNewline(end, end.length); newline >= 0; ) {
                int start = FileLines.lastNewline(end, newline) + 1;
                if (start == 0 && from > 0) {
                    break;
                }
                ParsedLine line = new ParsedLine(end, start, newline);
                if (line.isLine()) {
                    return new Tail(line.seq(), line.hash(), length - from - newline - 1);
                }
                newline = start - 1;
            }
            if (from == 0 || window > ParsedLine.MAX_LINE) {
                return new Tail(0, AuditLine.FIRST_PREV, length);
            }
        }
    }

    /** The number in the chain of the first line; 0 where it has none. */
    static long firstSeq(Path path) throws IOException {
        try (FileLines lines = new FileLines(path)) {
            return lines.next() && lines.parse().isLine() ? lines.parse().seq() : 0;
        }
    }

    /** Bytes of the file from a place on, as many as there are and at most so many. */
    static byte[] read(Path path, long from, int most) throws IOException {
        try (FileChannel channel = open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(most, channel.size() - from)));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                continue;
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /** Cuts off what a crash left half-written. */
    static void truncate(Path path, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
            channel.force(true);
        }
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
}
