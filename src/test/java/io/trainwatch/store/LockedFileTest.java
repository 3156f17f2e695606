package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between processes see {@link PresenceTest}. */
class LockedFileTest {

    @TempDir
    Path folder;

    @Test
    void oneHoldsItAtATimeByWhateverNameItIsCalled() throws Exception {
        Path file = folder.resolve("lock");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        LockedFile held = LockedFile.tryToLock(file).orElseThrow();
        assertThat(LockedFile.tryToLock(link.resolve("lock"))).isEmpty();
        assertThat(held.isThere()).isTrue();
        held.close();
        assertThat(file).as("whoever deleted it might delete another's").isEmptyFile();
        LockedFile.tryToLock(link.resolve("lock")).orElseThrow().close();
    }

    @Test
    void oneThatWasRemovedOrReplacedIsNotThereAnyMore() throws Exception {
        Path file = folder.resolve("lock");
        try (LockedFile held = LockedFile.tryToLock(file).orElseThrow()) {
            Path aside = Files.move(file, folder.resolve("aside"));
            assertThat(held.isThere()).isFalse();
            Files.createFile(file);
            assertThat(held.isThere()).isFalse();
            Files.delete(file);
            Files.move(aside, file);
            assertThat(held.isThere()).isTrue();
        }
    }

    @Test
    void aPipeALinkOrAFolderIsRefusedAndNothingHangs() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createFile(folder.resolve("other")));
        Path directory = Files.createDirectory(folder.resolve("directory"));
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "needs mkfifo");
        for (Path path : new Path[] {link, directory, pipe}) {
            assertThatThrownBy(() -> LockedFile.tryToLock(path))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("must be a file");
        }
    }

    @Test
    void aFileSystemIsTriedAndNothingIsLeft() throws Exception {
        assertThat(LockedFile.canBeIn(folder)).isTrue();
        assertThat(folder).isEmptyDirectory();
    }
}
