package io.trainwatch;

import io.trainwatch.errors.Joined;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.Node;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import java.util.concurrent.CompletableFuture;

/** The store, opened while Camel starts: each takes about a second, and neither needs the other until routes run. */
public final class StoreBeingOpened {

    private final Node node;
    private final Store store;
    private final CompletableFuture<Void> ready;

    public StoreBeingOpened(Settings settings) {
        node = Node.thisProcess(settings.get(TrainwatchSettings.NODE));
        store = settings.get(StoreSettings.STORE).openInBackground();
        ready = CompletableFuture.runAsync(() -> {
            store.awaitOpen();
            store.enter(node);
        });
    }

    /** This process, as it signs its leases. */
    Node node() {
        return node;
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
        Joined.result(ready);
    }
}
