package io.trainwatch.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.trainwatch.TrainwatchSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configurations for the tests of this package. */
final class Given {

    private Given() {}

    /** The least that can be used, and these keys with their values in turn. */
    static Map<String, String> oneTenantAnd(String... keysAndValues) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("trainwatch.tenant.acme.base-url", "https://tenant.example/api/v2");
        properties.putAll(only(keysAndValues));
        return properties;
    }

    static Map<String, String> only(String... keysAndValues) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    static Settings settings(Map<String, String> properties) {
        return Settings.read(TrainwatchSettings.SCHEMA, Sources.of(properties), "", Map.of());
    }

    /** The lines of the message with which the configuration is refused. */
    static List<String> problems(Map<String, String> properties) {
        return problems(Sources.of(properties), "", Map.of());
    }

    static List<String> problems(Source source, String profile, Map<String, String> environment) {
        SettingsException refused = catchThrowableOfType(
                SettingsException.class, () -> Settings.read(TrainwatchSettings.SCHEMA, source, profile, environment));
        return refused == null ? List.of() : List.of(refused.getMessage().split("\n"));
    }
}
