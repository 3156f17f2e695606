package io.trainwatch.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of an audit file, as far as it went when it was opened. What stands behind the last newline is no line yet; nor
 * is anything behind a line that is too long for the audit. For one thread.
 */
final class FileLines implements AutoCloseable {

    private static final int BLOCK = 2 << 20;

    private final FileChannel channel;
    private long size;
    private long read;
    private byte[] rest = {};
    private byte[] block = {};
    private int from;
    private int end = -1;
    private long number;

    /** @param size bytes that are read at most */
    FileLines(Path file, long size) throws IOException {
        this.channel = AuditFile.open(file);
        this.size = Math.min(size, channel.size());
    }

    FileLines(Path file) throws IOException {
        this(file, Long.MAX_VALUE);
    }

    /** The next whole lines, each with its newline; empty behind the last. */
    byte[] nextBlock() throws IOException {
        while (read < size && rest.length < ParsedLine.MAX_LINE) {
            int more = (int) Math.min(BLOCK, size - read);
            byte[] bytes = Arrays.copyOf(rest, rest.length + more);
            ByteBuffer buffer = ByteBuffer.wrap(bytes, rest.length, more);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, read + buffer.position() - rest.length) < 0) {
                    // It was cut meanwhile.
                    size = read + buffer.position() - rest.length;
                    bytes = Arrays.copyOf(bytes, buffer.position());
                    break;
                }
            }
            read += bytes.length - rest.length;
            int lines = lastNewline(bytes, bytes.length) + 1;
            rest = Arrays.copyOfRange(bytes, lines, bytes.length);
            if (lines > 0) {
                return Arrays.copyOf(bytes, lines);
            }
        }
        return new byte[0];
    }

    /** What stands behind the lines. */
    byte[] rest() {
        return rest;
    }

    /** Goes to the next line; false behind the last. */
    boolean next() throws IOException {
        if (end + 1 == block.length) {
            block = nextBlock();
            end = -1;
        }
        from = end + 1;
        end = newline(block, from);
        number++;
        return end >= 0;
    }

    /** The number of the line in the file, from 1. */
    long number() {
        return number;
    }

    /** Whether the line has these ASCII characters in it; costs little where it has not. */
    boolean holds(String text) {
        return new String(block, from, end - from, StandardCharsets.ISO_8859_1).contains(text);
    }

    ParsedLine parse() {
        return new ParsedLine(block, from, end);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Where the next newline is, -1 where there is none. */
    static int newline(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Where the last newline before {@code end} is, -1 where there is none. */
    static int lastNewline(byte[] bytes, int end) {
        int at = end - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }
}
