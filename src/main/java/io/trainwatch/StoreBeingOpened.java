package io.trainwatch;

import io.trainwatch.settings.Settings;
import io.trainwatch.store.Store;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The store, opened while Camel starts: each takes about half a second, and neither needs the other. */
public final class StoreBeingOpened {

    private final CompletableFuture<Store> store;

    public StoreBeingOpened(Settings settings) {
        store = CompletableFuture.supplyAsync(() -> TrainwatchBeans.openStore(settings));
    }

    /** @throws io.trainwatch.store.StoreUnavailable where it could not be opened */
    Store await() {
        try {
            return store.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
