package io.trainwatch.store;

import io.trainwatch.errors.Outage;
import io.trainwatch.errors.Words;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The database cannot be reached, written or migrated: Trainwatch cannot start. */
public final class StoreUnavailable extends RuntimeException {

    /** SQLite's codes for its protocol, locks, and opening, sizing, locking and mapping shared memory. */
    private static final Set<Integer> WITHOUT_SHARED_MEMORY = Set.of(15, 3850, 4618, 4874, 5130, 5386);

    private static final String REFUSED_BY_POOLER = "unsupported startup parameter";

    StoreUnavailable(String url, RuntimeException cause) {
        super("Cannot open the store " + withoutQuery(url) + ": " + what(cause) + ". " + remedy(url, cause), cause);
    }

    /** Whether it is a server that is not there, is full or still starts: nothing needs to be corrected for that. */
    public boolean mayBeReachedLater() {
        return innermost(this) instanceof ConnectException
                || Stream.iterate((Throwable) this, Objects::nonNull, Throwable::getCause)
                        .anyMatch(cause -> cause instanceof SQLException sql
                                && String.valueOf(sql.getSQLState()).matches("57P03|53.*|08006|08001"));
    }

    /** A query may hold a password. */
    private static String withoutQuery(String url) {
        return url.startsWith(StoreSettings.OF_BEAN)
                ? "#" + url.substring(StoreSettings.OF_BEAN.length())
                : url.replaceFirst("\\?.*", "");
    }

    private static String remedy(String url, Throwable cause) {
        if (innermost(cause) instanceof NewerSchema) {
            return "Run that version or a newer one, or set trainwatch.store.url to another database.";
        }
        if (innermost(cause) instanceof MissingSchema) {
            return "Make it, grant its use, or correct currentSchema in trainwatch.store.url.";
        }
        if (Outage.isOfPooler(cause)) {
            return "Set prepareThreshold=0 in trainwatch.store.url, or max_prepared_statements of PgBouncer, which has it"
                    + " from 1.21 on.";
        }
        if (String.valueOf(innermost(cause).getMessage()).contains(REFUSED_BY_POOLER)) {
            return "Add it to ignore_startup_parameters of PgBouncer and set it at the role (alter role … set …), or take"
                    + " it out of trainwatch.store.url; currentSchema sends search_path.";
        }
        if (isWithoutSharedMemory(innermost(cause))) {
            return "Put it on a local disk, or use PostgreSQL: trainwatch.store.url.";
        }
        if (url.startsWith(StoreSettings.OF_BEAN)) {
            return "Check the bean and its database, and that its user may create the schema trainwatch, or set trainwatch.store.url,"
                    + " .user and .password in place of trainwatch.store.data-source.";
        }
        return Engine.of(url) == Engine.SQLITE
                ? "Check trainwatch.store.url, and that this user may write the file and its folder."
                : "Check trainwatch.store.url, .user and .password, and that the server runs and may be reached.";
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isWithoutSharedMemory(Throwable cause) {
        return cause instanceof SqliteFile.WalOff
                || cause instanceof LockedFile.NoLocks
                || cause instanceof SQLException sql && WITHOUT_SHARED_MEMORY.contains(sql.getErrorCode());
    }

    private static String what(Throwable failure) {
        Throwable cause = innermost(failure);
        if (isWithoutSharedMemory(cause)) {
            String why =
                    "its file system has no shared memory or no locks that SQLite could use, such as NFS, SMB and 9p";
            return cause instanceof SqliteFile.WalOff ? why + " (" + cause.getMessage() + ")" : why;
        }
        return cause instanceof UnknownHostException ? "no host " + cause.getMessage() + " is known" : Words.why(cause);
    }
}
