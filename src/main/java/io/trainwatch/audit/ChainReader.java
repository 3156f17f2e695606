package io.trainwatch.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

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

    /** The next line, {@code null} behind the last. */
    ParsedLine next() throws IOException {
        while (true) {
            Optional<Folder> lowest = folders.stream()
                    .filter(folder -> folder.line != null)
                    .min(Comparator.comparingLong(folder -> folder.line.seq()));
            if (lowest.isEmpty()) {
                return null;
            }
            ParsedLine line = lowest.get().line;
            lowest.get().advance();
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
        private FileLines lines;
        private ParsedLine line;

        Folder(List<Path> files) throws IOException {
            this.files = new ArrayDeque<>(files);
            advance();
        }

        void advance() throws IOException {
            line = null;
            while (line == null && !files.isEmpty()) {
                if (lines == null) {
                    lines = new FileLines(files.element());
                }
                if (lines.next()) {
                    line = lines.parse();
                } else {
                    close();
                    files.remove();
                }
            }
            if (line != null && line.wrong() != null) {
                throw new AuditFault(files.element() + ": " + line.wrong() + "; run audit verify");
            }
        }

        void close() throws IOException {
            if (lines != null) {
                lines.close();
                lines = null;
            }
        }
    }
}
