package io.trainwatch;

import io.trainwatch.settings.Settings;
import java.util.Map;
import org.apache.camel.spi.PropertiesSource;

/** Lets routes write {@code {{trainwatch.poll.tick}}} for every setting, with its default, and never for a secret. */
final class SettingsPlaceholders implements PropertiesSource {

    private final Map<String, String> values;

    SettingsPlaceholders(Settings settings) {
        values = settings.effective();
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
