package io.trainwatch.settings;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration, checked as a whole: whoever holds one need not check again.
 *
 * <p>Immutable. Holds secrets only as {@link Secret}, so that it may be logged. Bounds of the values stand in
 * {@code docs/configuration.md}.
 */
public final class Settings {

    /** The profile in which a secret in plain text in a file that others can read is refused. */
    public static final String PROD = "prod";

    private final Map<Object, Object> read;
    private final Map<String, String> effective;
    private final List<String> warnings;

    private Settings(Map<Object, Object> read, Values values) {
        this.read = read;
        this.effective = Collections.unmodifiableMap(new LinkedHashMap<>(values.effective()));
        this.warnings = List.copyOf(values.warnings());
    }

    /**
     * Reads everything that the schema has.
     *
     * <p>Goes on after a problem, with the default or with nothing in place of the value, so that a person sees everything
     * that is wrong at the first start and not one thing at each.
     *
     * @param profile {@link #PROD}, or any other text, which changes nothing
     * @param environment used for {@code {{env:NAME}}}; {@link Sources#withEnvironment} makes it override keys
     * @throws SettingsException with every problem that there is
     */
    public static Settings read(Schema schema, Source source, String profile, Map<String, String> environment) {
        Values values = new Values(schema, source, profile, environment);
        values.reportUnknownKeys();
        values.warnOfServiceLinks();
        Map<Object, Object> read = new IdentityHashMap<>();
        for (Section section : schema.sections()) {
            section.settings().stream()
                    .filter(setting -> !setting.isPerName())
                    .forEach(setting -> values.find(setting).ifPresent(value -> read.put(setting, value)));
            section.parts().forEach(part -> read.put(part, part.read(values)));
        }
        values.refuseProblems();
        return new Settings(read, values);
    }

    /** The value of a setting that has a default. */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow();
    }

    /** The value of a setting; empty where it is not given and has no default. */
    @SuppressWarnings("unchecked") // what was read of a setting has its type
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) read.get(setting));
    }

    @SuppressWarnings("unchecked") // what was read of a part has its type
    public <T> T get(Part<T> part) {
        return (T) read.get(part);
    }

    /**
     * Every setting but secrets and those without a value, by its full key, for placeholders in routes: durations as
     * milliseconds and sizes as bytes, both in digits alone, lists separated by commas.
     */
    public Map<String, String> effective() {
        return effective;
    }

    /** Sentences about what is allowed but seldom meant; worth one log line each at the start. */
    public List<String> warnings() {
        return warnings;
    }

    /** Without any secret. */
    @Override
    public String toString() {
        return effective.toString();
    }
}
