package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.conventions.Situation;
import io.trainwatch.errors.Outage;
import io.trainwatch.errors.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that must not be used as they are, and files that are gone. */
class StoreFileTest {

    @TempDir
    Path folder;

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The store was written by a newer version",
            then = "It is refused, in words")
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aStoreOfANewerVersionIsRefusedInWords(Engine engine) {
        FreshDatabase database = FreshDatabase.on(engine, folder);
        try (Store store = database.open()) {
            store.transaction(handle -> handle.execute("insert into trainwatch_schema (installed_rank, version,"
                    + " description, type, script, checksum, installed_by, execution_time, success) values"
                    + " (1000, '99', 'of tomorrow', 'SQL', 'V99__of_tomorrow.sql', 1, 'x', 1, true)"));
        }
        for (ThrowingCallable use :
                new ThrowingCallable[] {database::open, () -> Store.inspect(database.url(), database.user(), null)}) {
            assertThatThrownBy(use)
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining(": it is of a newer version of Trainwatch, with schema 99. Run that version");
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The store's file is removed while it is in use",
            then = "The next transaction notices")
    @Test
    void aFileThatIsRemovedWhileItIsInUseIsNoticedByWhateverUsesItNext() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.SQLITE, folder);
        Path file = Connections.sqliteFile(database.url()).orElseThrow();
        Path aside = folder.resolve("aside.db");
        try (Store store = database.open()) {
            write(store);
            Files.move(file, aside);
            assertGone(store);
            Files.createFile(file);
            assertGone(store);
            Files.delete(file);
            Files.move(aside, file);
            write(store);
        }
    }

    private static void assertGone(Store store) {
        for (ThrowingCallable use : new ThrowingCallable[] {
            () -> write(store),
            () -> store.read(handle -> null),
            () -> store.urgent(handle -> null),
            () -> store.leasing(handle -> null)
        }) {
            assertThatThrownBy(use).satisfies(thrown -> {
                assertThat(Outage.isOfStore(thrown)).isTrue();
                assertThat(Words.of(thrown)).contains("was removed or replaced while it was in use");
            });
        }
    }

    private static void write(Store store) {
        store.transaction(
                handle -> handle.execute("insert into tenant (alias) values ('acme') on conflict do nothing"));
    }

    @Test
    void aFileSystemWithoutLocksIsNamed() {
        IOException thrown =
                new LockedFile.NoLocks(Path.of("x.db-opening"), new IOException("Function not implemented"));
        assertThat(new StoreUnavailable("jdbc:sqlite:/mnt/fuse/x.db", new UncheckedIOException(thrown)))
                .hasMessageContaining("no shared memory or no locks that SQLite could use, such as NFS, SMB and 9p.");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The SQLite file is on NFS, SMB or 9p",
            then = "The start is refused, in a sentence that says so")
    @ParameterizedTest
    @ValueSource(ints = {15, 3850, 4618, 4874, 5130, 5386})
    void aFileSystemWithoutSharedMemoryIsNamed(int code) {
        SQLException thrown = new SQLException("[SQLITE_IOERR] disk I/O error", null, code);
        assertThat(new StoreUnavailable("jdbc:sqlite:/mnt/nfs/x.db", new IllegalStateException(thrown)))
                .hasMessage(
                        "Cannot open the store jdbc:sqlite:/mnt/nfs/x.db: its file system has no shared memory or no"
                                + " locks that SQLite could use, such as NFS, SMB and 9p. Put it on a local disk, or use"
                                + " PostgreSQL: trainwatch.store.url.");
    }

    /** The locks of this kind are files, which share no memory: SQLite then keeps to a rollback journal and says nothing. */
    @Situation(
            of = Situation.Of.MACHINES,
            when = "Write-ahead logging of SQLite stays off without an error",
            then = "The start is refused, in words")
    @Test
    void aFileSystemWhereWriteAheadLoggingStaysOffIsNamed() throws Exception {
        String url = "jdbc:sqlite:file:" + folder.resolve("x.db") + "?vfs=unix-dotfile";
        for (ThrowingCallable use :
                new ThrowingCallable[] {() -> Store.open(url, null, null), () -> Store.inspect(url, null, null)}) {
            assertThatThrownBy(use)
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessage("Cannot open the store jdbc:sqlite:file:" + folder.resolve("x.db")
                            + ": its file system has no shared memory or no locks that SQLite could use, such as NFS, SMB"
                            + " and 9p (write-ahead logging stays off: journal_mode is delete). Put it on a local disk, or"
                            + " use PostgreSQL: trainwatch.store.url.");
        }
    }

    @Test
    void aDatabaseInMemoryNeedsNoWriteAheadLogging() {
        Store.open("jdbc:sqlite::memory:", null, null).close();
    }
}
