package io.trainwatch.cli;

import io.trainwatch.audit.AuditKeys;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.audit.KnownLines;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Values;
import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** What an audit is checked against: the keys of its checkpoints, and what the store or somebody else remembers. */
final class AuditEvidence {

    @Option(
            names = {"--key", "--public-key"},
            paramLabel = "KEY",
            description =
                    "A key of the checkpoints, or a file that holds some: hmac:…, ed25519:…, ed25519-public:… or PEM."
                            + " May be repeated, as after a change of keys.")
    private List<String> keys = List.of();

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "The store whose last line must be there, and none behind it, such as"
                    + " jdbc:sqlite:data/trainwatch.db. One that needs a password is given by -c.")
    private String store;

    @Option(
            names = "--expect",
            paramLabel = "LINE:HASH",
            description = "A line of the chain that was noted elsewhere, by number and hash. May be repeated.")
    private List<String> expected = List.of();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The service's properties: keys and store are taken from them.")
    private Path config;

    private Optional<Configured> configured;

    /** What the service writes with. */
    record Configured(StoreSettings store, AuditKeys keys) {

        static Configured read(Values values) {
            return new Configured(
                    StoreSettings.read(values), values.find(AuditOptions.KEYS).orElse(AuditKeys.NONE));
        }
    }

    AuditKeys keys() throws IOException {
        List<SigningKey> all = new ArrayList<>();
        for (String key : keys) {
            all.addAll(parse(isFile(key) ? text(Path.of(key)) : key));
        }
        configured().ifPresent(others -> all.addAll(others.keys().all()));
        return new AuditKeys(all);
    }

    /** The lines that were noted elsewhere. */
    List<AuditVerification.Known> known() {
        return expected.stream().map(AuditEvidence::expected).toList();
    }

    /** Reads what the store knows; empty where none was given. */
    Optional<Supplier<KnownLines>> store() {
        if (store != null) {
            return Optional.of(() -> read(store, null, null));
        }
        return configured().map(Configured::store).map(AuditEvidence::of);
    }

    /** Reads what the store knows. */
    static Supplier<KnownLines> of(StoreSettings given) {
        return () -> read(
                given.url(),
                given.user().orElse(null),
                given.password().map(Secret::reveal).orElse(null));
    }

    private static KnownLines read(String url, String user, String password) {
        try (Store opened = open(url, user, password)) {
            return KnownLines.of(opened);
        }
    }

    /** What stands in a file that was named. */
    static String text(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " is a folder; name a file.");
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new UsageException(file + " holds no text (UTF-8).");
        }
    }

    static List<SigningKey> parse(String text) {
        try {
            List<SigningKey> keys = KeyForm.AUDIT.parse(text);
            if (keys.isEmpty()) {
                throw new UsageException("There is no key in what was given.");
            }
            return keys;
        } catch (IllegalArgumentException e) {
            throw new UsageException("The key cannot be used: " + e.getMessage() + ".");
        }
    }

    /** Never makes a store where none is: an empty one knows nothing, and would look like evidence. */
    private static Store open(String url, String user, String password) {
        try {
            if (Store.fileOf(url).filter(file -> !Files.isReadable(file)).isPresent()) {
                throw new UsageException("There is no store " + url + " that can be read.");
            }
            return Store.open(url, user, password);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--store takes jdbc:sqlite:PATH or jdbc:postgresql:…, not " + url + ".");
        }
    }

    private static boolean isFile(String text) {
        return !text.contains(":") && !text.startsWith("-----")
                || text.length() < 200 && Files.isRegularFile(Path.of(text));
    }

    private static AuditVerification.Known expected(String text) {
        String[] parts = text.split(":");
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("[0-9a-f]{64}")) {
            throw new UsageException("--expect takes a line's number and hash, such as 1200:9f86d0…");
        }
        return new AuditVerification.Known(Long.parseLong(parts[0]), parts[1], "--expect");
    }

    private Optional<Configured> configured() {
        if (configured == null) {
            configured = config == null
                    ? Optional.empty()
                    : Optional.of(ConfigOption.of(config).readOnly(Configured::read));
        }
        return configured;
    }
}
