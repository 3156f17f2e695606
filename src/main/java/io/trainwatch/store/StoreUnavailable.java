package io.trainwatch.store;

import java.nio.file.FileSystemException;

/** The database cannot be reached, written or migrated: Trainwatch cannot start. */
public final class StoreUnavailable extends RuntimeException {

    StoreUnavailable(String url, RuntimeException cause) {
        super(
                "Cannot open the store " + withoutQuery(url) + ": " + innermost(cause)
                        + ". Check trainwatch.store.url, .user and .password, and that the folder or server is there"
                        + " and may be written.",
                cause);
    }

    /** A query may hold a password. */
    private static String withoutQuery(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String kind = cause.getClass().getSimpleName();
        if (cause.getMessage() == null) {
            return kind;
        }
        // The message of these is a path and nothing more.
        return (cause instanceof FileSystemException ? kind + " " : "")
                + cause.getMessage().strip();
    }
}
