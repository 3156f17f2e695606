package io.trainwatch.settings;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values of a source, each read by its type, for whoever makes something of them. Collects what is wrong instead of
 * throwing it. For one thread.
 */
public final class Values {

    private static final Pattern ALLOWED_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Schema schema;
    private final Source source;
    private final Map<String, String> environment;
    private final boolean isProd;
    private final Placeholders placeholders;
    private final List<Problem> problems;
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> effective = new LinkedHashMap<>();
    private final Map<String, Optional<?>> found = new HashMap<>();
    private final Map<String, Set<String>> namesByKind = new HashMap<>();

    Values(Schema schema, Source source, String profile, Map<String, String> environment) {
        this.schema = schema;
        this.source = source;
        this.environment = environment;
        this.isProd = Settings.PROD.equals(profile);
        this.placeholders = new Placeholders(schema, source, environment);
        this.problems = new ArrayList<>(source.problems());
    }

    /** Values of a source of which only some are wanted; the others may be wrong. Outside any profile. */
    public Values(Schema schema, Source source) {
        this(schema, source, "", System.getenv());
    }

    /** @throws SettingsException with all that was found to be wrong, if anything */
    public void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    List<String> warnings() {
        return warnings;
    }

    /** Adds a sentence about what is allowed but seldom meant. */
    public void warn(String sentence) {
        warnings.add(sentence);
    }

    /** Whether the profile is {@link Settings#PROD}. */
    public boolean isProd() {
        return isProd;
    }

    /** An environment variable, also in lower case; empty where it is not set or blank. */
    public Optional<String> variable(String name) {
        return Stream.of(name, name.toLowerCase(Locale.ROOT))
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }

    /** What was read so far and is no secret, as text for placeholders. */
    Map<String, String> effective() {
        return effective;
    }

    /** Makes a value that does not stand in the source known to placeholders. */
    public <T> void putEffective(Setting<T> setting, String name, T value) {
        effective.put(setting.key(name), setting.type().write(value));
    }

    /** Adds a problem with the key, naming the place where it is written. */
    public void report(String key, String what, String advice) {
        problems.add(new Problem(key, source.origin(key), what, advice));
    }

    void reportUnknownKeys() {
        for (String key : source.names()) {
            if (key.startsWith(Schema.PREFIX) && schema.match(key).isEmpty()) {
                String advice = schema.nearest(key)
                        .map(nearest -> "Did you mean " + nearest + "?")
                        .orElse("Remove it, or see docs/configuration.md for what there is.");
                report(key, "there is no such key", advice);
            }
        }
    }

    void warnOfServiceLinks() {
        List<String> links = Sources.EnvironmentNames.serviceLinks(environment);
        if (!links.isEmpty()) {
            warn(links.size() + (links.size() == 1 ? " environment variable" : " environment variables")
                    + " of service links, such as " + links.get(0) + ", are no settings and are passed over. Set"
                    + " enableServiceLinks: false in the pod to be rid of them.");
        }
    }

    /** Warns of a URL that is plain http to another machine. */
    public void warnOfPlainHttp(String key, URI url, String what) {
        if (url.getScheme().equalsIgnoreCase("http") && !Addresses.isLoopback(Addresses.hostOf(url))) {
            warn(key + " is plain http to another machine: " + what + " travel unencrypted.");
        }
    }

    /**
     * The tenants or webhooks of which any key is set. Reports names that are not allowed, or that look the same, when
     * asked for the first time.
     *
     * @param kind {@code tenant} or {@code webhook}
     */
    public Set<String> names(String kind) {
        return namesByKind.computeIfAbsent(kind, this::findNames);
    }

    /**
     * What is made of the settings of each of these names, by name, in the order of the source; without those of which
     * nothing is made.
     *
     * @param kind {@code tenant} or {@code webhook}
     */
    public <T> Map<String, T> each(String kind, BiFunction<Values, String, Optional<T>> reading) {
        Map<String, T> all = new LinkedHashMap<>();
        names(kind).forEach(name -> reading.apply(this, name).ifPresent(made -> all.put(name, made)));
        return Collections.unmodifiableMap(all);
    }

    private Set<String> findNames(String kind) {
        Map<String, String> firstKeys = new LinkedHashMap<>();
        for (String key : source.names()) {
            schema.match(key)
                    .filter(match -> match.setting().kind().equals(kind))
                    .ifPresent(match -> firstKeys.putIfAbsent(match.name(), key));
        }
        Map<String, String> inCapitals = new LinkedHashMap<>();
        firstKeys.forEach((name, key) -> {
            if (!ALLOWED_NAME.matcher(name).matches()) {
                report(
                        key,
                        "the name " + Problem.quoted(name) + " is not allowed",
                        "Take 1 to 64 letters, digits, '_' or '-'.");
            }
            String other = inCapitals.putIfAbsent(Setting.environmentName(name), name);
            if (other != null) {
                report(
                        key,
                        "the names '" + other + "' and '" + name + "' differ in case, '-' or '_' only",
                        "Rename one: an environment variable could not tell them apart.");
            }
        });
        return Collections.unmodifiableSet(new LinkedHashSet<>(firstKeys.keySet()));
    }

    public boolean isSet(Setting<?> setting, String name) {
        return source.value(setting.key(name)).isPresent();
    }

    /** The settings without a name in them that the source has. */
    Set<Setting<?>> given() {
        return schema.settings().stream()
                .filter(setting -> !setting.isPerName() && isSet(setting, ""))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The value of a setting that has a default, which counts as well where the value is a problem. */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseGet(() -> setting.defaultValue().orElseThrow());
    }

    public <T> Optional<T> find(Setting<T> setting) {
        return find(setting, "");
    }

    /** The value or the default; empty where there is neither, or where the value is a problem, which is reported once. */
    @SuppressWarnings("unchecked") // what was found for a setting has its type
    public <T> Optional<T> find(Setting<T> setting, String name) {
        String key = setting.key(name);
        if (!found.containsKey(key)) {
            found.put(key, findFirst(setting, name));
        }
        return (Optional<T>) found.get(key);
    }

    private <T> Optional<T> findFirst(Setting<T> setting, String name) {
        Optional<T> value = isSet(setting, name) ? read(setting, setting.key(name)) : setting.defaultValue();
        if (value.isPresent() && !setting.type().secret()) {
            putEffective(setting, name, value.get());
        }
        if (setting.required() && !isSet(setting, name)) {
            report(setting.key(name), "is missing, though other keys of '" + name + "' are set", "Set it.");
        }
        return value;
    }

    private <T> Optional<T> read(Setting<T> setting, String key) {
        Placeholders.Resolved resolved;
        try {
            resolved = placeholders.resolve(key);
        } catch (UnreadableValue e) {
            report(key, e.getMessage(), e.advice());
            return Optional.empty();
        }
        try {
            if (resolved.text().isBlank() && !setting.type().mayBeBlank()) {
                throw new UnreadableValue("is empty", "Give it a value, or remove the key.").confidential();
            }
            T value = setting.type().read(resolved.text());
            if (setting.type().secret() && isProd) {
                refuseIfOthersCanRead(key, resolved);
            }
            return Optional.of(value);
        } catch (UnreadableValue e) {
            // What a variable or a file holds may be a secret that was put under the wrong key.
            boolean shown =
                    resolved.literal() && !e.isConfidential() && !setting.type().secret();
            String subject = shown ? Problem.quoted(resolved.text()) : "the value";
            report(key, subject + " " + e.getMessage(), e.advice());
            return Optional.empty();
        }
    }

    private void refuseIfOthersCanRead(String key, Placeholders.Resolved resolved) {
        resolved.writtenIn().filter(Values::othersCanRead).ifPresent(file -> {
            report(
                    key,
                    "the secret is in plain text in a file that others can read",
                    "Write {{env:NAME}} or {{file:/path}} instead, or run: chmod 600 " + file);
        });
    }

    /** False as well where the file system knows no such permissions. */
    private static boolean othersCanRead(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
