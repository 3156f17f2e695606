package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnBothEngines
class InspectionTest {

    private final Engine engine;

    @TempDir
    Path folder;

    InspectionTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    void aDatabaseIsDescribedAndLeftAsItIs() {
        FreshDatabase database = FreshDatabase.on(engine, folder);
        String before = inspect(database);
        assertThat(before).contains(engine == Engine.SQLITE ? "is made at the start" : "PostgreSQL, empty, ");
        assertThat(inspect(database)).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
        database.open().close();
        assertThat(inspect(database)).matches("(SQLite|PostgreSQL), schema \\d+");
        database.open().close();
    }

    @Test
    void aDatabaseThatIsInUseIsDescribedToo() {
        FreshDatabase database = FreshDatabase.on(engine, folder);
        try (Store store = database.open()) {
            store.transaction(handle -> handle.execute("insert into tenant (alias) values ('acme')"));
            assertThat(inspect(database)).contains(", schema ");
        }
    }

    @Test
    void oneThatCannotBeOpenedSaysWhy() {
        String url = engine == Engine.SQLITE
                ? "jdbc:sqlite:/proc/none/trainwatch.db"
                : "jdbc:postgresql://127.0.0.1:1/trainwatch";
        assertThatThrownBy(() -> Store.inspect(url, null, null))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("Cannot open the store " + url)
                .hasMessageContaining("trainwatch.store.url")
                .hasMessageNotContaining("Exception")
                .satisfies(thrown -> assertThat(thrown.getMessage().contains(".password"))
                        .as("only a server has a password to check")
                        .isEqualTo(engine == Engine.POSTGRESQL));
    }

    private static String inspect(FreshDatabase database) {
        return Store.inspect(database.url(), database.user(), null);
    }
}
