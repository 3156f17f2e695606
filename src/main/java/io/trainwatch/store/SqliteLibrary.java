package io.trainwatch.store;

import java.io.IOException;
import java.io.InputStream;
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
            Path home = folder.resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-"
                    + resource.replaceFirst(".*/native/(.*)/[^/]*", "$1").replace('/', '-'));
            Path library = home.resolve(name);
            if (!Files.exists(library)) {
                Files.createDirectories(home);
                // Complete before it has its name: another process may start at the same time, or this one be killed.
                Path part = Files.createTempFile(home, name, ".part");
                Files.copy(packed, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
            }
            System.setProperty(PATH, home.toAbsolutePath().toString());
            System.setProperty("org.sqlite.lib.name", name);
        } catch (IOException e) {
            LOG.debug("SQLite's library is unpacked at every start, since it cannot be put into {}", folder, e);
        }
    }
}
