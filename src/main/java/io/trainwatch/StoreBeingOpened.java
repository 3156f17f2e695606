package io.trainwatch;

import io.trainwatch.errors.Joined;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.store.Node;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;

/** The store, opened while Camel starts: each takes about a second, and neither needs the other until routes run. */
public final class StoreBeingOpened {

    private final Node node;
    private final Store store;
    private final CompletableFuture<Void> ready;

    public StoreBeingOpened(Settings settings) {
        this(settings, settings.get(StoreSettings.STORE).openInBackground());
    }

    private StoreBeingOpened(Settings settings, Store opened) {
        node = Node.thisProcess(settings.get(TrainwatchSettings.NODE));
        store = opened;
        ready = CompletableFuture.runAsync(() -> {
            store.awaitOpen();
            store.enter(node);
        });
    }

    /**
     * The same in a runtime, which may have the database.
     *
     * @throws SettingsException where it lacks the bean that the settings name
     */
    static StoreBeingOpened in(CamelContext context, Settings settings) {
        Optional<String> bean = settings.get(StoreSettings.STORE).bean();
        return bean.map(name -> new StoreBeingOpened(settings, Store.openInBackground(name, source(context, name))))
                .orElseGet(() -> new StoreBeingOpened(settings));
    }

    private static DataSource source(CamelContext context, String name) {
        if (context.getRegistry().lookupByName(name) instanceof DataSource source) {
            return source;
        }
        Set<String> there =
                context.getRegistry().findByTypeWithName(DataSource.class).keySet();
        throw new SettingsException(List.of(new Problem(
                "trainwatch.store.data-source",
                Optional.empty(),
                "there is no javax.sql.DataSource named " + Problem.quoted(name) + " in the registry of this runtime",
                there.isEmpty()
                        ? "Define one, or set trainwatch.store.url."
                        : "There is #" + String.join(", #", there) + ".")));
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
