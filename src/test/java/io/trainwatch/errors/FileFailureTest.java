package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FileFailureTest {

    @Test
    void whatIsOftenAPathAndNothingMoreIsASentence() {
        assertThat(FileFailure.inWords(new NoSuchFileException("/data"))).isEqualTo("/data is not there");
        assertThat(FileFailure.inWords(new AccessDeniedException("/data")))
                .isEqualTo("/data may not be used by this user");
        assertThat(FileFailure.inWords(new FileAlreadyExistsException("/data"))).isEqualTo("/data is there already");
        assertThat(FileFailure.inWords(new NotDirectoryException("/data"))).isEqualTo("/data is no folder");
        assertThat(FileFailure.inWords(new FileSystemException("/data", null, "No space left on device")))
                .isEqualTo("/data cannot be used: No space left on device");
        assertThat(FileFailure.inWords(new DirectoryNotEmptyException("/data")))
                .isEqualTo("/data is a folder that is not empty");
        assertThat(FileFailure.inWords(new FileSystemException("/data"))).isEqualTo("/data cannot be used");
        assertThat(FileFailure.inWords(new FileSystemLoopException("/data")))
                .isEqualTo("/data is a link that leads nowhere");
    }
}
