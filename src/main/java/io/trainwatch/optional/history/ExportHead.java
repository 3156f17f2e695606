package io.trainwatch.optional.history;

import java.time.Instant;
import java.util.Set;

/** The lines of an export that are no looks. */
final class ExportHead {

    /** Names the format, in the first line of an export. */
    static final String FORMAT = "history";
    /** In a line that says what a policy of this hash is. */
    static final String DEFINITION = "definition";

    static final int VERSION = 1;
    static final Set<String> FIELDS = Set.of(FORMAT, DEFINITION);

    private ExportHead() {}

    /** The first line of an export, with its end. */
    static String line(Instant at) {
        return "{\"" + FORMAT + "\":\"trainwatch\",\"version\":" + VERSION + ",\"exported_at\":\"" + at + "\"}\n";
    }

    /** A line that says what a policy is, with its end. */
    static String policy(String hash, String definition) {
        return "{\"policy\":\"" + hash + "\",\"" + DEFINITION + "\":" + definition + "}\n";
    }
}
