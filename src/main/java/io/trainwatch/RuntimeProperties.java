package io.trainwatch;

import io.trainwatch.settings.Source;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.RuntimePropertiesProvider;

/** The properties of the runtime that the context belongs to, as settings are read from it. */
final class RuntimeProperties implements Source {

    private static final String PREFIX = "trainwatch.";

    private final PropertiesComponent properties;
    private final Set<String> names = new TreeSet<>();

    RuntimeProperties(CamelContext context) {
        properties = context.getPropertiesComponent();
        names.addAll(properties.loadProperties(name -> name.startsWith(PREFIX)).stringPropertyNames());
        // Spring Boot keeps its properties to itself, but lists them here.
        RuntimePropertiesProvider provider = context.getRegistry().findSingleByType(RuntimePropertiesProvider.class);
        if (provider != null) {
            provider.getProperties().stream()
                    .map(RuntimePropertiesProvider.Property::key)
                    .filter(name -> name.startsWith(PREFIX))
                    .forEach(names::add);
        }
    }

    /** The profile that the runtime runs in, empty where it has none. */
    static String profile(CamelContext context) {
        return context.getPropertiesComponent()
                .resolveProperty("camel.main.profile")
                .orElse("");
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public Optional<String> value(String name) {
        return properties.resolveProperty(name);
    }

    @Override
    public Optional<String> origin(String name) {
        return Optional.empty();
    }
}
