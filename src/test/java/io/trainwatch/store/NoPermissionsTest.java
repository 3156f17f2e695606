package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trainwatch.conventions.Situation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The store, what is beside it, and its library, where no permissions can be set. */
class NoPermissionsTest {

    private static final String LIBRARY = "org.sqlite.lib.path";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.trainwatch");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final String library = System.getProperty(LIBRARY);

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        System.clearProperty(LIBRARY);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
        if (library == null) {
            System.clearProperty(LIBRARY);
        } else {
            System.setProperty(LIBRARY, library);
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The file system lets nobody set permissions, as Azure Files",
            then = "The store is used, after one warning")
    @ParameterizedTest
    @EnumSource(NoPermissions.Refusal.class)
    void theStoreIsUsedAfterOneWarning(NoPermissions.Refusal refusal) throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        Path data = mount.resolve("data");
        NoPermissions.in(mount, refusal, () -> {
            for (int start = 0; start < 2; start++) {
                try (Store store = Store.open("jdbc:sqlite:" + data.resolve("trainwatch.db"), null, null)) {
                    store.enter(Node.thisProcess("node"));
                    store.transaction(handle ->
                            handle.execute("insert into tenant (alias) values ('acme') on conflict do nothing"));
                    assertThat(data.resolve("trainwatch.db-wal")).exists();
                }
                assertThat(System.getProperty(LIBRARY))
                        .as("others may write there, so no code is loaded from it")
                        .doesNotContain(mount.toString())
                        .contains("/trainwatch-sqlite-");
                System.clearProperty(LIBRARY);
            }
            Path refused = OwnFiles.createFolder(mount.resolve("jobs/refused"));
            Files.move(OwnFiles.createTemporary(refused, ".reason"), refused.resolve("reason.txt"));
        });
        assertThat(warnings())
                .containsExactly("The permissions of what is in " + mount
                        + " cannot be set: see that nobody else may read or write there");
    }

    @Test
    void aFolderThatOthersMayWriteToIsToldHowToMendItWhereThatHelps() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        open.toFile().setWritable(true, false);
        SqliteLibrary.unpackInto(open);
        assertThat(warnings()).singleElement().asString().contains("Run: chmod go-w " + open);
    }

    private List<String> warnings() {
        return logged.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
