package io.trainwatch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked again and again costs nothing for jobs that are not due: SQLite finds its way by an index. */
class StandingQueriesTest {

    private FreshDatabase database;
    private Store store;

    @BeforeEach
    void open(@TempDir Path folder) {
        database = FreshDatabase.on(Engine.SQLITE, folder);
        store = database.open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"due-by-tenant", "claim-due", "spread-overdue", "unseen-in-pause"})
    void jobsAreFoundTenantByTenant(String name) throws SQLException {
        String statement = store.sql(Leases.class, name).replace("<ids>", "''").replace("<skipLocked>", "");
        assertThat(plan(statement))
                .anyMatch(step -> step.matches("SEARCH job USING (COVERING )?INDEX job_tenant_due .*"))
                .noneMatch(step -> step.startsWith("SCAN job"));
    }

    @Test
    void whatLiesTooFarAheadIsFoundByItsTime() throws SQLException {
        try (TestNode node = new TestNode(store, "node-1", TestNode.Setup.USUAL, new SettableClock())) {
            for (var longest : node.watch.longestWaits()) {
                String rows = " where " + longest.column() + " > 1 and " + longest.rows();
                assertThat(plan("select 1 from " + longest.table() + rows + " limit 1"))
                        .containsAnyOf(
                                "SEARCH job USING INDEX job_due (next_poll_at>?)",
                                "SCAN job USING INDEX job_leased",
                                "SCAN tenant");
            }
        }
    }

    @Test
    void aPageOfTheListReadsNoMoreThanIsShown() throws SQLException {
        String inOrder = " order by watched_since desc, id limit 50";
        assertThat(plan("select * from job where phase = 'WATCHING' and not (" + Trouble.ANY + ")" + inOrder))
                .containsExactly("SEARCH job USING INDEX job_phase (phase=?)");
        assertThat(plan("select count(*) from job where " + Trouble.ANY))
                .containsExactly("SCAN job USING INDEX job_trouble");
    }

    private List<String> plan(String sql) throws SQLException {
        List<String> steps = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.url());
                PreparedStatement explained = connection.prepareStatement("explain query plan " + sql);
                ResultSet rows = explained.executeQuery()) {
            while (rows.next()) {
                steps.add(rows.getString("detail"));
            }
        }
        return steps;
    }
}
