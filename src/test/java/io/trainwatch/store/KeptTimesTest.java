package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@OnBothEngines
class KeptTimesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant HOUR_AGO = NOW.minusSeconds(3_600);
    private static final KeptTimes.Longest WAIT =
            new KeptTimes.Longest("tenant", "paused_until", "pauses > 0", Duration.ofMinutes(5));
    private static final KeptTimes.Longest LEASE =
            new KeptTimes.Longest("project", "lease_until", "1 = 1", Duration.ofSeconds(20));

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final List<KeptTimes.SetBack> recorded = new ArrayList<>();
    private Store store;
    private KeptTimes times;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        times = process();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private KeptTimes process() {
        return new KeptTimes(store, List.of(WAIT, LEASE), (handle, set) -> recorded.add(set));
    }

    @Test
    void whatLiesAheadIsMovedBackWithTheClockOnceWhoeverNotices() {
        times.at(NOW);
        tenant("acme", NOW.plusSeconds(30));
        project(NOW.plusSeconds(10), NOW.plusSeconds(7));
        Instant set = HOUR_AGO.plusSeconds(1);
        times.at(set);
        process().at(set.plusMillis(20));
        times.at(set.plusSeconds(1));
        assertThat(time("tenant", "paused_until")).isEqualTo(set.plusSeconds(30));
        assertThat(time("project", "next_list_at")).isEqualTo(set.plusSeconds(10));
        assertThat(time("project", "lease_until")).isEqualTo(set.plusSeconds(7));
        assertThat(recorded).containsExactly(new KeptTimes.SetBack(NOW, set));
    }

    @Test
    void soItIsForAProcessThatWasNotThereWhenTheClockWasSet() {
        times.at(NOW);
        tenant("acme", NOW.plusSeconds(30));
        process().at(NOW.minusSeconds(86_400));
        assertThat(time("tenant", "paused_until"))
                .isEqualTo(NOW.minusSeconds(86_400).plusSeconds(30));
    }

    @Test
    void sinceWhenSomethingLastsIsMovedToo() {
        times.at(NOW);
        tenant("acme", NOW.plusSeconds(30));
        execute("update tenant set looked_at = " + NOW.minusSeconds(5).toEpochMilli());
        times.at(HOUR_AGO);
        assertThat(time("tenant", "looked_at")).isEqualTo(HOUR_AGO.minusSeconds(5));
    }

    @Test
    void whatNeverComesStaysSo() {
        times.at(NOW);
        execute("insert into project (id, tenant, project_id, next_list_at) values ('a', 'a', 'a', " + Store.NEVER
                + ")");
        times.at(HOUR_AGO);
        assertThat(number("project", "next_list_at")).isEqualTo(Store.NEVER);
    }

    @Test
    void aClockThatGoesOnOrIsCorrectedALittleChangesNothing() {
        times.at(NOW);
        tenant("acme", NOW.plusSeconds(30));
        for (Instant now :
                List.of(NOW.plusSeconds(5), NOW.plusSeconds(4), NOW.plusSeconds(3_600), NOW.plusSeconds(3_599))) {
            times.at(now);
        }
        assertThat(time("tenant", "paused_until")).isEqualTo(NOW.plusSeconds(30));
        assertThat(recorded).isEmpty();
    }

    @Test
    void whatLiesFurtherAheadThanAnyWaitIsPulledIn() {
        tenant("acme", NOW.plusSeconds(299));
        tenant("late", NOW.plusSeconds(3_600));
        project(NOW, NOW.plusSeconds(600));
        times.at(NOW);
        assertThat(times("tenant", "paused_until", "alias = 'acme'")).isEqualTo(NOW.plusSeconds(299));
        assertThat(times("tenant", "paused_until", "alias = 'late'")).isBetween(NOW, NOW.plusSeconds(300));
        assertThat(time("project", "lease_until"))
                .as("whoever holds it has time to extend it")
                .isEqualTo(NOW.plusSeconds(20));
    }

    private void tenant(String alias, Instant pausedUntil) {
        execute("insert into tenant (alias, paused_until, pauses) values ('" + alias + "', "
                + pausedUntil.toEpochMilli() + ", 1)");
    }

    private void project(Instant next, Instant lease) {
        execute("insert into project (id, tenant, project_id, next_list_at, lease_until) values ('a:p', 'a', 'p', "
                + next.toEpochMilli() + ", " + lease.toEpochMilli() + ")");
    }

    private void execute(String sql) {
        store.transaction(handle -> handle.execute(sql));
    }

    private Instant time(String table, String column) {
        return Instant.ofEpochMilli(number(table, column));
    }

    private Instant times(String table, String column, String rows) {
        return Instant.ofEpochMilli(number(table + " where " + rows, column));
    }

    private long number(String from, String column) {
        return store.read(handle -> handle.createQuery("select " + column + " from " + from)
                .mapTo(Long.class)
                .one());
    }
}
