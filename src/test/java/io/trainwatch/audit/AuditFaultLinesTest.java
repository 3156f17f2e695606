package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trainwatch.conventions.Situation;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the log says of an audit that cannot be written. */
class AuditFaultLinesTest {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.trainwatch");

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The disk of the audit stays full",
            then = "Few lines are logged: when it begins, one a minute, and when it ends")
    @Test
    void aFullDiskIsOneLineHoweverOftenItIsTriedAndWhateverEachTrySays() {
        try (AuditUnderTest audit = new AuditUnderTest(folder, TestOptions.in(folder.resolve("audit")))) {
            for (int i = 0; i < 1_000; i++) {
                audit.export.failed(new FileSystemException("/audit/file-" + i, null, "No space left on device"));
                audit.export.failed(new IOException("No space left on device"));
                if (i % 10 == 0) {
                    audit.turns(); // for a moment there is room
                }
            }
        }
        assertThat(logged.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .startsWith("The audit fails: it cannot be written to " + folder.resolve("audit"))
                        .contains("No space left on device", "no job is cancelled; free the disk"))
                .satisfies(event -> assertThat(event.getThrowableProxy()).isNull());
    }
}
