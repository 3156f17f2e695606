package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFilesTest {

    @TempDir
    private Path folder;

    /** In a process of its own, since the umask is a process's, and the library is loaded once in each. */
    @Test
    void whateverTheUmaskNobodyElseMayUseTheStoreAndItsLibrary() throws Exception {
        assertThat(open("data/store/trainwatch.db", "umask 000")).isEqualTo("loaded from data/store");
        try (Stream<Path> made = Files.walk(folder.resolve("data"))) {
            Set<String> modes = made.map(path -> (Files.isDirectory(path) ? "d" : "-") + mode(path))
                    .collect(Collectors.toSet());
            assertThat(modes).containsExactlyInAnyOrder("drwx------", "-rw-------");
        }
    }

    @Test
    void aLibraryIsNotLoadedFromWhereOthersMayWrite() throws Exception {
        open("data/trainwatch.db", "umask 077");
        Path library = library();
        for (Path open : List.of(folder.resolve("data"), library.getParent())) {
            String before = mode(open);
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.writeString(library, "not the library");
            assertThat(open("data/trainwatch.db", "umask 000")).as("%s", open).isEqualTo("loaded from elsewhere");
            assertThat(mode(open)).as("left as it is").isEqualTo("rwxrwxrwx");
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(before));
        }
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(open("data/trainwatch.db", "umask 000")).as("unpacked anew").isEqualTo("loaded from data");
        assertThat(mode(library)).isEqualTo("rw-------");
        Files.delete(library);
        Path other = Files.writeString(folder.resolve("other.so"), "not the library");
        Files.createSymbolicLink(library, other);
        assertThat(open("data/trainwatch.db", "umask 000")).as("a link").isEqualTo("loaded from data");
        assertThat(Files.readString(other)).isEqualTo("not the library");
    }

    @Test
    void whatIsThereStaysAsItIs() throws IOException {
        Path mine = Files.createDirectory(folder.resolve("mine"));
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwxr-xr-x"));
        OwnFiles.createFolder(mine.resolve("new"));
        assertThat(mode(mine)).isEqualTo("rwxr-xr-x");
        assertThat(mode(mine.resolve("new"))).isEqualTo("rwx------");
        Path file = Files.writeString(mine.resolve("file"), "x");
        OwnFiles.createFile(file);
        assertThat(file).hasContent("x");
        assertThatThrownBy(() -> OwnFiles.createFolder(file)).isInstanceOf(FileAlreadyExistsException.class);
    }

    /** Opens a store; says where SQLite's library was loaded from. */
    private String open(String store, String umask) throws Exception {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        Path printed = folder.resolve("printed");
        ProcessBuilder shell = new ProcessBuilder(
                "sh",
                "-c",
                umask + "; exec \"$0\" -cp \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                classPath,
                Opening.class.getName(),
                store);
        int exit = shell.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start()
                .waitFor();
        assertThat(exit).as(() -> read(printed)).isZero();
        Path from = Path.of(read(printed).lines().reduce((first, last) -> last).orElseThrow());
        return "loaded from "
                + (from.startsWith(folder.toRealPath())
                        ? folder.toRealPath().relativize(from.getParent())
                        : "elsewhere");
    }

    /** What the process does. */
    static final class Opening {

        private Opening() {}

        public static void main(String[] store) throws IOException {
            Store.open("jdbc:sqlite:" + store[0], null, null).close();
            System.out.println(
                    Path.of(System.getProperty("org.sqlite.lib.path")).toRealPath());
        }
    }

    private Path library() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            return files.filter(file ->
                            file.toString().endsWith(".so") || file.toString().endsWith(".dylib"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
