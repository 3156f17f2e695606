package io.trainwatch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RouteFilesTest {

    @TempDir
    private Path folder;

    @Test
    void aWarningNamesWhatEverybodyMayWrite() throws Exception {
        Path file = Files.createFile(folder.resolve("20-mine.camel.yaml"));
        assertThat(warnings()).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
        assertThat(warnings())
                .containsExactly("Everybody may write " + file + ", and so have this service run what they"
                        + " like. Run: chmod o-w " + file);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(warnings()).hasSize(2);
    }

    private List<String> warnings() throws Exception {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(RouteFiles.class);
        logged.start();
        logger.addAppender(logged);
        CamelContext context = new DefaultCamelContext(false);
        try {
            new RouteFiles(context, folder).find();
        } finally {
            context.close();
            logger.detachAppender(logged);
        }
        return logged.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith("Everybody"))
                .toList();
    }
}
