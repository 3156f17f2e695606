package io.trainwatch.store;

import io.trainwatch.errors.FileFailure;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;

/** The database cannot be reached, written or migrated: Trainwatch cannot start. */
public final class StoreUnavailable extends RuntimeException {

    StoreUnavailable(String url, RuntimeException cause) {
        super("Cannot open the store " + withoutQuery(url) + ": " + innermost(cause) + ". " + remedy(url), cause);
    }

    /** A query may hold a password. */
    private static String withoutQuery(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    private static String remedy(String url) {
        return Engine.of(url) == Engine.SQLITE
                ? "Check trainwatch.store.url, and that this user may write the file and its folder."
                : "Check trainwatch.store.url, .user and .password, and that the server runs and may be reached.";
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof FileSystemException file) {
            return FileFailure.inWords(file);
        }
        if (cause instanceof UnknownHostException) {
            return "no host " + cause.getMessage() + " is known";
        }
        return cause.getMessage() == null
                ? "it does not answer"
                : cause.getMessage().strip();
    }
}
