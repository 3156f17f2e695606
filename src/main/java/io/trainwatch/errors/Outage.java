package io.trainwatch.errors;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tells faults of the store's server, disk or network from faults of what was to be done with it. */
public final class Outage {

    /** Connection failures, too few resources, a server that stops or starts, a fault of its disk. */
    private static final Set<String> SQL_STATES = Set.of("08", "53", "57", "58");
    /** SQLite's busy, locked, out of memory, read-only, I/O error, full, cannot open and protocol. */
    private static final Set<Integer> SQLITE_CODES = Set.of(5, 6, 7, 8, 10, 13, 14, 15);

    private static final int MAX_CAUSES = 20;

    private Outage() {}

    /** Whether the store cannot be used at the moment, so that the same would meet whatever else is written. */
    public static boolean isOfStore(Throwable thrown) {
        return causes(thrown).anyMatch(cause -> cause instanceof SQLException sql && isOutage(sql));
    }

    /** Whether a failure may be expected outside of this program: its words are enough, and where it was thrown is no news. */
    static boolean isExpected(Throwable thrown) {
        return causes(thrown)
                .anyMatch(cause ->
                        cause instanceof SQLException || cause instanceof IOException || cause instanceof Classified);
    }

    /** What the store says of a failure; empty where it has nothing to do with it. */
    static Optional<String> wordsOfStore(Throwable thrown) {
        return causes(thrown)
                .filter(SQLException.class::isInstance)
                .map(Violations::firstLine)
                .findFirst();
    }

    private static boolean isOutage(SQLException thrown) {
        String state = thrown.getSQLState();
        return thrown instanceof SQLTransientConnectionException
                || thrown instanceof SQLNonTransientConnectionException
                || thrown instanceof SQLRecoverableException
                || state != null && state.length() == 5 && SQL_STATES.contains(state.substring(0, 2))
                || state == null && SQLITE_CODES.contains(thrown.getErrorCode() & 0xff);
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
    }
}
