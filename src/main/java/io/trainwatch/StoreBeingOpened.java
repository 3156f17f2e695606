package io.trainwatch;

import io.trainwatch.settings.Settings;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The store, opened while Camel starts: each takes about a second, and neither needs the other until routes run. */
public final class StoreBeingOpened {

    private final Store store;
    private final CompletableFuture<Void> ready;

    public StoreBeingOpened(Settings settings) {
        store = settings.get(StoreSettings.STORE).openInBackground();
        ready = CompletableFuture.runAsync(() -> {
            store.awaitOpen();
            store.releaseLeasesOfTheGone();
        });
    }

    /** The store, which may not be open yet. */
    Store store() {
        return store;
    }

    /**
     * Waits until the store is open.
     *
     * @throws io.trainwatch.store.StoreUnavailable where it cannot be reached, written or migrated
     */
    public void await() {
        try {
            ready.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
