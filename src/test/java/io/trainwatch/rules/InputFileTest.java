package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class InputFileTest {

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
    }

    @Test
    void aFileAndALinkWithinTheFolderAreRead() throws IOException {
        Files.writeString(folder.resolve("a"), "content");
        assertThat(read("a")).isEqualTo("content");
        assertThat(InputFile.read(folder, "a", 3)).hasSize(3);
        // As Kubernetes mounts a config map.
        Files.createDirectory(folder.resolve("..2026_11_28"));
        Files.writeString(folder.resolve("..2026_11_28/b"), "mounted");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_28"));
        Files.createSymbolicLink(folder.resolve("b"), Path.of("..data/b"));
        assertThat(read("b")).isEqualTo("mounted");
        // The folder itself may be a link: whoever set it chose it.
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        assertThat(InputFile.read(link, "b", 100)).asString().isEqualTo("mounted");
    }

    @Test
    void nothingOutsideOfItIs() throws IOException {
        Path outside = Files.writeString(temporary.resolve("outside"), "secret");
        Files.createSymbolicLink(folder.resolve("absolute"), outside);
        Files.createSymbolicLink(folder.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(folder.resolve("chain"), folder.resolve("relative"));
        Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
        Path sibling = Files.createDirectory(temporary.resolve("folder-2"));
        Files.createSymbolicLink(folder.resolve("sibling"), Files.writeString(sibling.resolve("x"), "secret"));
        for (String name : new String[] {"absolute", "relative", "chain", "up/outside", "../outside", "sibling"}) {
            assertThat(read(name)).as(name).isEqualTo("is a link to what is not in its folder, and is not read");
        }
    }

    @Test
    void whatIsNoFileIsNamedAndNotOpened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString())
                        .start()
                        .waitFor(10, TimeUnit.SECONDS))
                .isTrue();
        Files.createSymbolicLink(folder.resolve("to-pipe"), folder.resolve("pipe"));
        Files.createDirectory(folder.resolve("inner"));
        Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/zero"));
        assertThat(read("pipe")).isEqualTo("is a pipe, a socket or a device and no file");
        assertThat(read("to-pipe")).isEqualTo("is a pipe, a socket or a device and no file");
        assertThat(read("inner")).isEqualTo("is a folder and no file");
        assertThat(read("dangling")).isEqualTo("is a link that leads nowhere");
        assertThat(read("loop")).isEqualTo("is a link that leads nowhere");
        assertThat(read("device")).startsWith("is a link to what is not in its folder");
        assertThat(read("missing")).isEqualTo("is not there");
    }

    /** The content, or why there is none. */
    private String read(String name) {
        try {
            return new String(InputFile.read(folder, name, 100));
        } catch (InputFile.Unreadable e) {
            return e.getMessage();
        }
    }
}
