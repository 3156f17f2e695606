package io.trainwatch;

import java.util.Map;
import org.apache.camel.spi.PropertiesSource;

/**
 * Lets routes write {@code {{trainwatch.poll.tick}}} for every setting, with its default, and never for a secret. Camel
 * keeps a source for as long as there is the context, which may be stopped and started again with other settings.
 */
final class SettingsPlaceholders implements PropertiesSource {

    private volatile Map<String, String> values = Map.of();

    void stand(Map<String, String> effective) {
        values = effective;
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
