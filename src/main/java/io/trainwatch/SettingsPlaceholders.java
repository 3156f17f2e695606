package io.trainwatch;

import io.trainwatch.settings.Settings;
import io.trainwatch.store.StoreSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.spi.PropertiesSource;

/**
 * Lets routes write {@code {{trainwatch.poll.tick}}} for every setting, with its default, and never for a secret. Camel
 * keeps a source for as long as there is the context, which may be stopped and started again with other settings.
 */
final class SettingsPlaceholders implements PropertiesSource {

    /** Commits wake the writer of the audit where they are made; only those of other nodes it has to look for. */
    private static final String AUDIT_WAKE_INTERVAL = "trainwatch.audit.wake-interval";

    private volatile Map<String, String> values = Map.of();

    void stand(Settings settings) {
        Map<String, String> all = new HashMap<>(settings.effective());
        all.put(AUDIT_WAKE_INTERVAL, settings.get(StoreSettings.STORE).isOfOneMachine() ? "500ms" : "100ms");
        values = Map.copyOf(all);
    }

    void fall() {
        values = Map.of();
    }

    @Override
    public String getName() {
        return "trainwatch-settings";
    }

    @Override
    public String getProperty(String name) {
        return values.get(name);
    }
}
