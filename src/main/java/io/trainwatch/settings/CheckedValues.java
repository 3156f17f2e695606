package io.trainwatch.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The values of a source, each read by its type. Collects what is wrong instead of throwing it. */
final class CheckedValues {

    private static final Pattern ALLOWED_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Source source;
    private final Placeholders placeholders;
    private final boolean refusesPlainSecrets;
    private final List<Problem> problems;
    private final Map<String, String> effective = new LinkedHashMap<>();

    CheckedValues(Source source, String profile, Map<String, String> environment) {
        this.source = source;
        this.placeholders = new Placeholders(source, environment);
        this.refusesPlainSecrets = Settings.PROD.equals(profile);
        this.problems = new ArrayList<>(source.problems());
    }

    List<Problem> problems() {
        return problems;
    }

    /** What was read so far and is no secret, as text for placeholders. */
    Map<String, String> effective() {
        return effective;
    }

    /** Makes a value that does not stand in the source known to placeholders. */
    <T> void putEffective(Setting<T> setting, String name, T value) {
        effective.put(setting.key(name), setting.type().write(value));
    }

    /** Adds a problem with the key, naming the place where it is written. */
    void report(String key, String what, String advice) {
        problems.add(new Problem(key, source.origin(key), what, advice));
    }

    void reportUnknownKeys() {
        for (String key : source.names()) {
            if (key.startsWith(Keys.PREFIX) && Keys.match(key).isEmpty()) {
                String advice = NearestKey.to(key)
                        .map(nearest -> "Did you mean " + nearest + "?")
                        .orElse("Remove it, or see docs/configuration.md for what there is.");
                report(key, "there is no such key", advice);
            }
        }
    }

    /** The tenants or webhooks of which any key is set. Reports names that are not allowed, or that look the same. */
    Set<String> names(Keys.Group group) {
        Map<String, String> firstKeys = new LinkedHashMap<>();
        for (String key : source.names()) {
            Keys.match(key)
                    .filter(match ->
                            match.setting().group() == group && match.setting().isPerName())
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

    boolean isSet(Setting<?> setting, String name) {
        return source.value(setting.key(name)).isPresent();
    }

    /** The value of a setting that has a default, which counts as well where the value is a problem. */
    <T> T get(Setting<T> setting) {
        return find(setting).orElseGet(() -> setting.defaultValue().orElseThrow());
    }

    <T> Optional<T> find(Setting<T> setting) {
        return find(setting, "");
    }

    /** The value or the default; empty where there is neither, or where the value is a problem. */
    <T> Optional<T> find(Setting<T> setting, String name) {
        Optional<T> value = isSet(setting, name) ? read(setting, setting.key(name)) : setting.defaultValue();
        if (value.isPresent() && !setting.type().secret()) {
            putEffective(setting, name, value.get());
        }
        if (setting.required() && !isSet(setting, name)) {
            report(setting.key(name), "is missing, though other keys of '" + name + "' are set", "Set it.");
        }
        return value;
    }

    /** Files for TLS, by the four settings that are alike for each side. */
    TlsFiles tlsFiles(
            Setting<Path> truststore,
            Setting<Secret> truststorePassword,
            Setting<Path> certificate,
            Setting<Secret> certificatePassword,
            String name) {
        return new TlsFiles(
                truststore.key(name).replaceFirst("truststore$", ""),
                find(truststore, name),
                find(truststorePassword, name),
                find(certificate, name),
                find(certificatePassword, name));
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
            if (setting.type().secret() && refusesPlainSecrets) {
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
        resolved.writtenIn().filter(CheckedValues::othersCanRead).ifPresent(file -> {
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
