package io.trainwatch.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes folders and files that only this user may use, whatever the umask. What is there already is left as it is. A file
 * system that knows no such permissions, or refuses to set them, as SMB, FAT and Azure Files do, gets none, and a warning
 * says so once for each folder.
 */
public final class OwnFiles {

    private static final Logger LOG = LoggerFactory.getLogger(OwnFiles.class);
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<Path> WARNED = new HashSet<>();

    /** Sets and reads permissions; a test puts a file system in its place that has none. */
    static volatile Permissions permissions = new Permissions();

    private OwnFiles() {}

    /** What the file system does about permissions. */
    static class Permissions {

        void set(Path path, Set<PosixFilePermission> permissions) throws IOException {
            Files.setPosixFilePermissions(path, permissions);
        }

        Set<PosixFilePermission> of(Path path) throws IOException {
            return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .permissions();
        }
    }

    /** Makes a folder, and those above it, where they are not there yet. */
    public static Path createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            createFolder(parent);
        }
        try {
            Files.createDirectory(folder, attributes(folder, FOLDER));
            protect(folder, FOLDER);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        return folder;
    }

    /** Makes an empty file where there is none; what has the name already, a link too, is left. */
    public static void createFile(Path file) throws IOException {
        try {
            Files.createFile(file, attributes(file, FILE));
            protect(file, FILE);
        } catch (FileAlreadyExistsException e) {
            // As it is, then.
        }
    }

    /** Makes a new file under a name that nobody else has. */
    public static Path createTemporary(Path folder, String suffix) throws IOException {
        Path file = Files.createTempFile(folder, ".", suffix, attributes(folder, FILE));
        protect(file, FILE);
        return file;
    }

    /** Takes a file that is there from everybody else. */
    public static void restrict(Path file) {
        if (Files.isRegularFile(file)) {
            protect(file, FILE);
        }
    }

    /**
     * Whether files that are made in the folder are only this user's; tries it.
     *
     * @throws IOException where none can be made
     */
    public static boolean keepsPermissions(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, ".trainwatch-", ".tmp", attributes(folder, FILE));
        try {
            return isProtected(probe, FILE);
        } finally {
            Files.delete(probe);
        }
    }

    /** Whether the folder, which is no link, belongs to this user and nobody else may write there. */
    static boolean isOurs(Path folder) {
        try {
            if (!isPosix(folder)) {
                return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
            }
            PosixFileAttributes attributes = attributes(folder);
            Path probe = createTemporary(folder, ".owner");
            UserPrincipal us = attributes(probe).owner();
            Files.delete(probe);
            return attributes.isDirectory() && attributes.owner().equals(us) && !othersMayWrite(folder);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the file, which is no link, belongs to the owner of its folder and nobody else may write it. */
    static boolean isAsPrivateAsItsFolder(Path file) {
        try {
            if (!isPosix(file)) {
                return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            }
            PosixFileAttributes attributes = attributes(file);
            return attributes.isRegularFile()
                    && attributes
                            .owner()
                            .equals(attributes(file.toAbsolutePath().getParent())
                                    .owner())
                    && !othersMayWrite(file);
        } catch (IOException e) {
            return false;
        }
    }

    /** The folder and the files in it that everybody may write, of those whose names end so. */
    public static List<Path> openToAll(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return Stream.concat(
                            Stream.of(folder),
                            files.filter(file -> file.toString().endsWith(suffix)))
                    .filter(OwnFiles::isOpenToAll)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean isOpenToAll(Path path) {
        try {
            return isPosix(path) && permissions.of(path).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean othersMayWrite(Path path) throws IOException {
        Set<PosixFilePermission> given = permissions.of(path);
        return given.contains(PosixFilePermission.GROUP_WRITE) || given.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static void protect(Path path, Set<PosixFilePermission> wanted) {
        Path folder = path.toAbsolutePath().normalize().getParent();
        if (!isProtected(path, wanted) && isNews(folder)) {
            LOG.warn(
                    "The permissions of what is in {} cannot be set: see that nobody else may read or write there",
                    folder);
        }
    }

    private static synchronized boolean isNews(Path folder) {
        return WARNED.stream().noneMatch(folder::startsWith) && WARNED.add(folder);
    }

    /** The attributes at creation are cut by the umask, never widened, but some file systems do not heed them. */
    private static boolean isProtected(Path path, Set<PosixFilePermission> wanted) {
        try {
            if (!isPosix(path)) {
                return false;
            }
            if (!permissions.of(path).equals(wanted)) {
                permissions.set(path, wanted);
            }
            return permissions.of(path).equals(wanted);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("The permissions of {} cannot be set", path, e);
            return false;
        }
    }
}
