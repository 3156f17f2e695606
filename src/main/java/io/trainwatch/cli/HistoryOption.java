package io.trainwatch.cli;

import io.trainwatch.history.ExportedHistory;
import io.trainwatch.history.HistorySource;
import io.trainwatch.history.StoredHistory;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command takes recorded looks from. */
final class HistoryOption {

    /** What every file of SQLite begins with. */
    private static final byte[] SQLITE = "SQLite format 3".getBytes(StandardCharsets.US_ASCII);

    @Mixin
    private ConfigOption config;

    @Option(
            names = "--history",
            paramLabel = "PATH",
            description =
                    "An export (JSON lines; with .gz compressed) or the file of a store; by default the store of the"
                            + " configuration, whether the service runs or not.")
    private Path path;

    /** Does the work with the source, and closes it. */
    <T> T with(Function<HistorySource, T> work) throws IOException {
        if (path != null && !Files.isReadable(path)) {
            throw new UsageException("The history " + path + " cannot be read.");
        }
        if (path != null && !isStore(path)) {
            return work.apply(new ExportedHistory(path));
        }
        try (Store store = open()) {
            return work.apply(new StoredHistory(store, path == null ? "of the store" : path.toString()));
        }
    }

    private Store open() {
        if (path != null) {
            return Store.open("jdbc:sqlite:" + path.toAbsolutePath(), null, null);
        }
        Settings.Store settings = config.read(Map.of()).store();
        return Store.open(
                settings.url(),
                settings.user().orElse(null),
                settings.password().map(Secret::reveal).orElse(null));
    }

    private static boolean isStore(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(SQLITE.length), SQLITE);
        }
    }
}
