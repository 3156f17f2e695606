package io.trainwatch.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads the lines of several folders in the order of the chain, each once. Checks each line on its own, and not that they
 * follow one another. For one thread.
 */
final class ChainReader implements AutoCloseable {

    private final List<Folder> folders = new ArrayList<>();
    private long last;

    ChainReader(List<List<Path>> files) throws IOException {
        for (List<Path> ofFolder : files) {
            folders.add(new Folder(ofFolder));
        }
    }

    /** A line and what was read of it. */
    record Line(byte[] bytes, LineScan scan) {

        long seq() {
            return scan.seq();
        }

        byte[] hash() {
            return scan.hash();
        }

        boolean isCheckpoint() {
            return scan.isCheckpoint();
        }

        Checkpoint checkpoint() throws IOException {
            return scan.checkpoint();
        }

        boolean isOf(String job) {
            return AuditProof.isOf(scan, job);
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** The next line, {@code null} behind the last. */
    Line next() throws IOException {
        while (true) {
            Folder lowest = null;
            for (Folder folder : folders) {
                if (folder.line != null && (lowest == null || folder.line.seq() < lowest.line.seq())) {
                    lowest = folder;
                }
            }
            if (lowest == null) {
                return null;
            }
            Line line = lowest.line;
            lowest.advance();
            if (line.seq() > last) {
                last = line.seq();
                return line;
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Folder folder : folders) {
            folder.close();
        }
    }

    private static final class Folder {

        private final Deque<Path> files;
        private Path file;
        private InputStream in;
        private Line line;

        Folder(List<Path> files) throws IOException {
            this.files = new ArrayDeque<>(files);
            advance();
        }

        void advance() throws IOException {
            byte[] bytes = bytes();
            if (bytes == null) {
                line = null;
                return;
            }
            LineScan scan = new LineScan();
            String wrong = scan.read(bytes, 0, bytes.length);
            if (wrong != null) {
                throw new AuditFault(file + ": " + wrong + "; run audit verify");
            }
            line = new Line(bytes, scan);
        }

        /** Up to the next newline; what has none is half a line, which does not count. */
        private byte[] bytes() throws IOException {
            while (true) {
                if (in == null) {
                    if (files.isEmpty()) {
                        return null;
                    }
                    file = files.remove();
                    in = new BufferedInputStream(Channels.newInputStream(AuditFile.open(file)), 1 << 16);
                }
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
                for (int next = in.read(); next >= 0; next = in.read()) {
                    if (next == '\n') {
                        return bytes.toByteArray();
                    }
                    bytes.write(next);
                }
                close();
            }
        }

        void close() throws IOException {
            if (in != null) {
                in.close();
                in = null;
            }
        }
    }
}
