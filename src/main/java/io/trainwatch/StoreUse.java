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
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;

/** That a context of this process uses a store as a node: a second one would do its work twice in the same folders. */
final class StoreUse implements AutoCloseable {

    /** By store and node. */
    private static final Map<String, StoreUse> USES = new ConcurrentHashMap<>();

    private final String use;
    private final CamelContext context;
    private final Runnable leave;

    private StoreUse(String use, CamelContext context, Runnable leave) {
        this.use = use;
        this.context = context;
        this.leave = leave;
    }

    /**
     * @param leave has the context use it no more; called where it failed to start, which Camel keeps to itself
     * @throws SettingsException where another context does
     */
    static StoreUse begin(Settings settings, CamelContext context, Runnable leave) {
        String url = settings.get(StoreSettings.STORE).url();
        // One in memory is a context's own.
        String owner = url.contains(":memory:") ? context.getName() + context.hashCode() : "";
        StoreUse mine = new StoreUse(store(url) + owner + " " + settings.get(TrainwatchSettings.NODE), context, leave);
        StoreUse before = USES.get(mine.use);
        if (before != null && before.context.getStatus() == ServiceStatus.Stopped) {
            before.leave.run();
        }
        StoreUse other = USES.putIfAbsent(mine.use, mine);
        if (other != null) {
            throw new SettingsException(List.of(new Problem(
                    "trainwatch.store.url",
                    Optional.empty(),
                    "the Camel context " + Problem.quoted(other.context.getName())
                            + " of this process uses that store as the same node already",
                    "Set trainwatch.enabled=false in " + Problem.quoted(context.getName())
                            + ", or another trainwatch.store.url or trainwatch.node.")));
        }
        return mine;
    }

    private static String store(String url) {
        return Store.fileOf(url)
                .map(file -> file.toAbsolutePath().normalize().toString())
                .orElse(url);
    }

    @Override
    public void close() {
        USES.remove(use, this);
    }
}
