package io.trainwatch.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads the lines of several folders in the order of the chain, each once. Checks each line on its own, and not that they
 * follow one another. For one thread.
 */
final class ChainReader implements AutoCloseable {

    private final Map<Folder, ParsedLine> next = new HashMap<>();
    private long last;

    ChainReader(List<List<Path>> files) throws IOException {
        for (List<Path> ofFolder : files) {
            advance(new Folder(ofFolder.iterator()));
        }
    }

    /** The next line, {@code null} behind the last. */
    ParsedLine next() throws IOException {
        while (!next.isEmpty()) {
            Folder lowest = Collections.min(
                            next.entrySet(), Map.Entry.comparingByValue(Comparator.comparingLong(ParsedLine::seq)))
                    .getKey();
            ParsedLine line = next.remove(lowest);
            advance(lowest);
            if (line.seq() > last) {
                last = line.seq();
                return line;
            }
        }
        return null;
    }

    private void advance(Folder folder) throws IOException {
        ParsedLine line = folder.next();
        if (line != null) {
            next.put(folder, line);
        }
    }

    @Override
    public void close() throws IOException {
        for (Folder folder : next.keySet()) {
            folder.lines.close();
        }
    }

    private static final class Folder {

        private final Iterator<Path> files;
        private Path file;
        private FileLines lines;

        Folder(Iterator<Path> files) {
            this.files = files;
        }

        ParsedLine next() throws IOException {
            while (lines == null || !lines.next()) {
                if (lines != null) {
                    lines.close();
                }
                if (!files.hasNext()) {
                    return null;
                }
                file = files.next();
                lines = new FileLines(file);
            }
            ParsedLine line = lines.parse();
            if (line.wrong() != null) {
                lines.close();
                throw new AuditFault(file + ": " + line.wrong() + "; run audit verify");
            }
            return line;
        }
    }
}
