package io.trainwatch.errors;

import java.io.IOException;
import java.sql.BatchUpdateException;
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
    /** A lock that was not given in time, and a transaction that was left open for too long. */
    private static final Set<String> SQL_STATES_OF_WAITS = Set.of("55P03", "25P03");
    /** A prepared statement that another connection of a pooler has, or has not. */
    private static final Set<String> SQL_STATES_OF_POOLERS = Set.of("26000", "42P05");
    /** SQLite's busy, locked, out of memory, read-only, I/O error, full, cannot open and protocol. */
    private static final Set<Integer> SQLITE_CODES = Set.of(5, 6, 7, 8, 10, 13, 14, 15);

    private static final int MAX_CAUSES = 20;

    private Outage() {}

    /** Whether the store cannot be used at the moment, so that the same would meet whatever else is written. */
    public static boolean isOfStore(Throwable thrown) {
        return causes(thrown).anyMatch(cause -> cause instanceof SQLException sql && isOutage(sql));
    }

    /** Whether it is the store's own, and of nothing else. */
    public static boolean isOfDatabase(Throwable thrown) {
        return causes(thrown).anyMatch(SQLException.class::isInstance);
    }

    /** What to see to where the store cannot be used; the drivers of servers alone give states. */
    static String remedy(Throwable thrown) {
        boolean isOfFile = causes(thrown)
                .anyMatch(cause -> cause instanceof SQLException sql
                        && sql.getSQLState() == null
                        && SQLITE_CODES.contains(sql.getErrorCode() & 0xff));
        return "check trainwatch.store.url" + (isOfFile ? " and the disk of its file" : ", its server and the network");
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
                .map(SQLException.class::cast)
                .findFirst()
                .map(Outage::withoutStatement)
                .map(Outage::inWords);
    }

    /** The message of a batch repeats its statement; what went wrong stands behind it. */
    private static SQLException withoutStatement(SQLException thrown) {
        return thrown instanceof BatchUpdateException && thrown.getNextException() != null
                ? thrown.getNextException()
                : thrown;
    }

    /** Whether a pooler, such as PgBouncer in transaction mode, and prepared statements were in each other's way. */
    public static boolean isOfPooler(Throwable thrown) {
        return causes(thrown)
                .anyMatch(cause -> cause instanceof SQLException sql
                        && SQL_STATES_OF_POOLERS.contains(String.valueOf(sql.getSQLState())));
    }

    private static String inWords(SQLException thrown) {
        return Words.firstLine(thrown)
                + (isOfPooler(thrown)
                        ? "; behind PgBouncer in transaction mode, add prepareThreshold=0 to trainwatch.store.url"
                        : "");
    }

    private static boolean isOutage(SQLException thrown) {
        String state = thrown.getSQLState();
        return thrown instanceof SQLTransientConnectionException
                || thrown instanceof SQLNonTransientConnectionException
                || thrown instanceof SQLRecoverableException
                || state != null && state.length() == 5 && SQL_STATES.contains(state.substring(0, 2))
                || state != null && (SQL_STATES_OF_WAITS.contains(state) || SQL_STATES_OF_POOLERS.contains(state))
                || state == null && SQLITE_CODES.contains(thrown.getErrorCode() & 0xff);
    }

    /** What was thrown and what it was caused by, as far as anybody looks. */
    public static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
    }
}
