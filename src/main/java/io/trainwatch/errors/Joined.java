package io.trainwatch.errors;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What comes of work on another thread, for those who wait for it. */
public final class Joined {

    private Joined() {}

    /** @throws RuntimeException what the work threw, as though it had been done here */
    public static <T> T result(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
