package io.trainwatch;

import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** That a context of this process uses a store as a node: a second one would do its work twice in the same folders. */
final class StoreUse implements AutoCloseable {

    /** The contexts, by store and node. */
    private static final Map<String, String> CONTEXTS = new ConcurrentHashMap<>();

    private final String use;

    private StoreUse(String use) {
        this.use = use;
    }

    /** @throws SettingsException where another context does */
    static StoreUse begin(Settings settings, String context) {
        String url = settings.get(StoreSettings.STORE).url();
        String use = store(url) + " " + settings.get(TrainwatchSettings.NODE);
        String other = CONTEXTS.putIfAbsent(use, context);
        if (other != null) {
            throw new SettingsException(List.of(new Problem(
                    "trainwatch.store.url",
                    Optional.empty(),
                    "the Camel context " + Problem.quoted(other)
                            + " of this process uses that store as the same node already",
                    "Set trainwatch.enabled=false in " + Problem.quoted(context)
                            + ", or another trainwatch.store.url or trainwatch.node.")));
        }
        return new StoreUse(use);
    }

    private static String store(String url) {
        return Store.fileOf(url)
                .map(file -> file.toAbsolutePath().normalize().toString())
                .orElse(url);
    }

    @Override
    public void close() {
        CONTEXTS.remove(use);
    }
}
