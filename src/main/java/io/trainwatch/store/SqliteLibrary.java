package io.trainwatch.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Unpacks SQLite's native library once, beside the database. Left to itself the driver unpacks and compares it at every
 * start, which costs a tenth of a second, and leaves a copy in the system's temporary folder at every kill.
 *
 * <p>The library is code that this process runs. So it is taken from a folder only where nobody else may write; elsewhere
 * it is unpacked at every start, into a new folder of this user's.
 */
final class SqliteLibrary {

    private static final String PATH = "org.sqlite.lib.path";
    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);

    private SqliteLibrary() {}

    /**
     * Lets the driver load the library from below this folder. Where that cannot be, and where somebody has chosen another
     * place, the driver does as it would.
     */
    static synchronized void unpackInto(Path folder) {
        if (System.getProperty(PATH) != null) {
            return;
        }
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (packed == null) {
                return;
            }
            Path home = home(
                    folder,
                    "sqlite-" + SQLiteJDBCLoader.getVersion() + "-"
                            + resource.replaceFirst(".*/native/(.*)/[^/]*", "$1")
                                    .replace('/', '-'));
            Path library = home.resolve(name);
            if (!OwnFiles.isAsPrivateAsItsFolder(library)) {
                // Complete before it has its name: another process may start at the same time, or this one be killed.
                Path part = OwnFiles.createTemporary(home, ".part");
                try (OutputStream unpacked = Files.newOutputStream(part)) {
                    packed.transferTo(unpacked);
                }
                Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
            }
            System.setProperty(PATH, home.toAbsolutePath().toString());
            System.setProperty("org.sqlite.lib.name", name);
        } catch (IOException e) {
            LOG.debug("SQLite's library is unpacked at every start, since it cannot be put into {}", folder, e);
        }
    }

    private static Path home(Path folder, String name) throws IOException {
        Path home = folder.resolve(name);
        if (OwnFiles.isOurs(folder) && OwnFiles.isOurs(OwnFiles.createFolder(home))) {
            return home;
        }
        if (OwnFiles.keepsPermissions(folder)) {
            LOG.warn(
                    "Others may write to {}, so SQLite's library is not loaded from there, but unpacked at every start."
                            + " Run: chmod go-w {}",
                    folder,
                    Files.isDirectory(home) && OwnFiles.isOurs(folder) ? home : folder);
        }
        // The driver tries to remove what is called as its own folders are.
        Path temporary = Files.createTempDirectory("trainwatch-" + name);
        temporary.toFile().deleteOnExit();
        temporary.resolve(LibraryLoaderUtil.getNativeLibName()).toFile().deleteOnExit();
        return temporary;
    }
}
