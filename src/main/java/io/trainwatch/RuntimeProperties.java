package io.trainwatch;

import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Schema;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.Source;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.RuntimePropertiesProvider;

/**
 * The properties of the runtime that the context belongs to, as settings are read from it: with their placeholders, since
 * Camel would take {@code {{file:/run/secrets/x}}} for a key with a default. A list of YAML, which comes as
 * {@code jobs[0]} and {@code jobs[1]}, is one value with commas.
 */
final class RuntimeProperties implements Source {

    private static final Pattern ITEM = Pattern.compile("(.*)\\[(\\d+)]");

    private final PropertiesComponent properties;
    private final Map<String, String> values = new TreeMap<>();

    RuntimeProperties(CamelContext context) {
        properties = context.getPropertiesComponent();
        Map<String, String> all = new TreeMap<>();
        Properties ofCamel = properties.loadProperties(name -> name.startsWith(Schema.PREFIX));
        ofCamel.stringPropertyNames().forEach(name -> all.put(name, ofCamel.getProperty(name)));
        // Spring Boot keeps its properties to itself, but lists them here.
        RuntimePropertiesProvider provider = context.getRegistry().findSingleByType(RuntimePropertiesProvider.class);
        if (provider != null) {
            provider.getProperties().stream()
                    .filter(property -> property.key().startsWith(Schema.PREFIX))
                    .forEach(property -> all.put(property.key(), String.valueOf(property.value())));
        }
        ofSpring(context)
                .forEach((name, value) ->
                        all.computeIfAbsent(name, missing -> unresolved(missing, String.valueOf(value))));
        Map<String, Map<Integer, String>> lists = new TreeMap<>();
        all.forEach((name, value) -> {
            Matcher item = ITEM.matcher(name);
            if (item.matches()) {
                lists.computeIfAbsent(item.group(1), list -> new TreeMap<>())
                        .put(Integer.valueOf(item.group(2)), value);
            } else {
                values.put(name, value);
            }
        });
        lists.forEach((name, items) -> values.put(name, String.join(", ", items.values())));
    }

    /** All that Spring has, as it is written: the list above lacks, without a word, what refers to something that is not there. */
    private static Map<String, Object> ofSpring(CamelContext context) {
        Map<String, Object> written = new TreeMap<>();
        Object environment = context.getRegistry().lookupByName("environment");
        try {
            if (environment != null && call(environment, "getPropertySources") instanceof Iterable<?> sources) {
                for (Object source : sources) {
                    addOurs(source, written);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The properties of this runtime cannot be listed: " + e.getMessage(), e);
        }
        return written;
    }

    private static void addOurs(Object source, Map<String, Object> written) throws ReflectiveOperationException {
        if (!(call(source, "getPropertyNames") instanceof String[] names)) {
            return;
        }
        for (String name : names) {
            // What the JVM was given may be for others, such as for the log.
            if (name.startsWith(Schema.PREFIX) && System.getProperty(name) == null) {
                written.putIfAbsent(name, call(source, "getProperty", name));
            }
        }
    }

    /** By reflection, since most runtimes have no Spring; {@code null} where there is no such method. */
    private static Object call(Object object, String method, Object... arguments) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
        for (Method candidate : object.getClass().getMethods()) {
            if (candidate.getName().equals(method) && Arrays.equals(candidate.getParameterTypes(), types)) {
                candidate.setAccessible(true);
                return candidate.invoke(object, arguments);
            }
        }
        return null;
    }

    private static String unresolved(String name, String written) {
        if (!written.contains("${") || name.endsWith(".endpoint")) {
            return written; // Camel's endpoints have expressions of this form
        }
        throw new SettingsException(List.of(new Problem(
                name,
                Optional.empty(),
                "it refers by ${…} to something that is not there",
                "Set what it refers to, give it a default such as ${NAME:value}, or write the value itself.")));
    }

    /** The profile that the runtime runs in, empty where it has none. */
    static String profile(CamelContext context) {
        return context.getPropertiesComponent()
                .resolveProperty("camel.main.profile")
                .orElse("");
    }

    @Override
    public Set<String> names() {
        return values.keySet();
    }

    /** Of other names, which values refer to, what the runtime says. */
    @Override
    public Optional<String> value(String name) {
        if (!name.startsWith(Schema.PREFIX)) {
            return properties.resolveProperty(name);
        }
        return Optional.ofNullable(System.getProperty(name, values.get(name)));
    }

    @Override
    public Optional<String> origin(String name) {
        return Optional.empty();
    }
}
