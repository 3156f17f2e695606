package io.trainwatch.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The usual sources of properties. */
public final class Sources {

    private Sources() {}

    /** The properties of a map, with no origin. Later changes to the map are not seen. */
    public static Source of(Map<String, String> properties) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        properties.forEach((name, value) -> entries.put(name, new Entry(value, Optional.empty(), Optional.empty())));
        return new Listed(entries, List.of());
    }

    /**
     * A {@code .properties} file in UTF-8, read now.
     *
     * <p>Never throws: a file that is missing, unreadable or not UTF-8, and a key that stands in it twice, are among the
     * {@link Source#problems()}.
     */
    public static Source file(Path file) {
        return PropertiesFile.read(file);
    }

    /** Several sources as one; where more than one has a property, the first one's value counts. */
    public static Source layered(Source... firstWins) {
        return new Layered(List.of(firstWins));
    }

    /** The source without the properties whose names match. */
    public static Source without(Source source, Predicate<String> names) {
        Map<String, Entry> rest = new LinkedHashMap<>();
        source.names().stream()
                .filter(names.negate())
                .forEach(name -> rest.put(
                        name, new Entry(source.value(name).orElseThrow(), source.origin(name), source.file(name))));
        return new Listed(rest, source.problems());
    }

    /**
     * The properties beneath, overridden by the {@code TRAINWATCH_…} variables.
     *
     * <p>{@code TRAINWATCH_POLL_INTERVAL} is {@code trainwatch.poll.interval}. The name of a tenant or a webhook is the
     * configured one that looks the same in capitals with {@code -} as {@code _}, otherwise the text in lower case. A
     * {@code TRAINWATCH_…} variable that is no setting is a problem, except {@code TRAINWATCH_HOME},
     * {@code TRAINWATCH_JAVA_OPTS}, {@code TRAINWATCH_PROFILE} and those that Kubernetes sets for its services.
     *
     * @param environment usually {@link System#getenv()}
     */
    public static Source withEnvironment(Schema schema, Source beneath, Map<String, String> environment) {
        return layered(EnvironmentNames.source(schema, environment, beneath.names()), beneath);
    }

    /** One property: its value, where a person finds it, and its file. */
    record Entry(String value, Optional<String> origin, Optional<Path> file) {}

    /** Properties that are all known from the start. */
    record Listed(Map<String, Entry> entries, List<Problem> problems) implements Source {

        @Override
        public Set<String> names() {
            return entries.keySet();
        }

        @Override
        public Optional<String> value(String name) {
            return Optional.ofNullable(entries.get(name)).map(Entry::value);
        }

        @Override
        public Optional<String> origin(String name) {
            return Optional.ofNullable(entries.get(name)).flatMap(Entry::origin);
        }

        @Override
        public Optional<Path> file(String name) {
            return Optional.ofNullable(entries.get(name)).flatMap(Entry::file);
        }
    }

    private record Layered(List<Source> layers) implements Source {

        @Override
        public Set<String> names() {
            Set<String> names = new LinkedHashSet<>();
            layers.forEach(layer -> names.addAll(layer.names()));
            return names;
        }

        @Override
        public Optional<String> value(String name) {
            return topmost(name).flatMap(layer -> layer.value(name));
        }

        @Override
        public Optional<String> origin(String name) {
            return topmost(name).flatMap(layer -> layer.origin(name));
        }

        @Override
        public Optional<Path> file(String name) {
            return topmost(name).flatMap(layer -> layer.file(name));
        }

        @Override
        public List<Problem> problems() {
            return layers.stream().flatMap(layer -> layer.problems().stream()).toList();
        }

        private Optional<Source> topmost(String name) {
            return layers.stream()
                    .filter(layer -> layer.value(name).isPresent())
                    .findFirst();
        }
    }
}
