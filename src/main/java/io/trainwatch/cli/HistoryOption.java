package io.trainwatch.cli;

import io.trainwatch.optional.history.ExportedHistory;
import io.trainwatch.optional.history.HistorySource;
import io.trainwatch.optional.history.StoredHistory;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
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
        return path == null ? withConfigured(work) : withFile(work);
    }

    private <T> T withFile(Function<HistorySource, T> work) throws IOException {
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new UsageException("The history " + path + " cannot be read: " + trouble());
        }
        if (!isStore(path)) {
            return work.apply(new ExportedHistory(path));
        }
        try (Store store = Store.open("jdbc:sqlite:" + path.toAbsolutePath(), null, null)) {
            return work.apply(new StoredHistory(store, path.toString()));
        }
    }

    private String trouble() {
        if (!Files.exists(path)) {
            return "there is no such file.";
        }
        return Files.isDirectory(path) ? "it is a folder." : "this user may not read it.";
    }

    private <T> T withConfigured(Function<HistorySource, T> work) {
        StoreSettings settings = config.read(Map.of()).get(StoreSettings.STORE);
        try (Store store = settings.openExisting()) {
            return work.apply(new StoredHistory(store, name(settings.url())));
        }
    }

    /** The path of an SQLite store, the address of another; without the query, which may hold a password. */
    static String name(String url) {
        return url.replaceFirst("^jdbc:(sqlite:)?", "").replaceFirst("\\?.*", "");
    }

    private static boolean isStore(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(SQLITE.length), SQLITE);
        }
    }
}
