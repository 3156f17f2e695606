package io.trainwatch.audit;

import java.nio.file.Path;

/**
 * Where an audit is not whole.
 *
 * @param line in the file, from 1; 0 where it is the file as such
 */
public record Fault(Path file, long line, String reason) {

    /** For people: where, and what. */
    String text() {
        return file + (line == 0 ? "" : " line " + line) + ": " + reason;
    }
}
