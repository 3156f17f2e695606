package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskSpellingTest {

    private final SettableClock clock = new SettableClock();

    private interface Check {
        void on(SimulatedTenant tenant, TaskCaller caller) throws IOException;
    }

    private void with(TaskApiOptions options, Check check) throws IOException {
        try (SimulatedTenant tenant = SimulatedTenant.start(
                        TenantOptions.defaults().clock(clock).tasks(options));
                TaskCaller caller = new TaskCaller(tenant)) {
            tenant.tasks().add(TaskScript.of("shop", "night", TaskEnding.DONE).queued(Duration.ofSeconds(1)));
            check.on(tenant, caller);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLISHED, 1772366400, \"2026-03-01T12:00:01Z\"",
        "TEXT, \"2026-03-01T12:00:00Z\", \"2026-03-01T12:00:01Z\"",
        "SECONDS, 1772366400, 1772366401",
        "MILLISECONDS, 1772366400000, 1772366401000",
        "SECONDS_AS_TEXT, \"1772366400\", \"1772366401\""
    })
    void spellsTimesAsItIsTold(Timestamps timestamps, String createdAt, String lastRunAt) throws IOException {
        with(TaskApiOptions.defaults().timestamps(timestamps), (tenant, caller) -> {
            clock.setTo(Duration.ofSeconds(5));
            JsonNode task = caller.read("shop", "night").json();

            assertThat(task.get("createdAt").toString()).isEqualTo(createdAt);
            assertThat(task.get("lastRunAt").toString()).isEqualTo(lastRunAt);
        });
    }

    @ParameterizedTest
    @EnumSource(Timestamps.class)
    void spellsATimeThatHasNotComeAsNull(Timestamps timestamps) throws IOException {
        with(TaskApiOptions.defaults().timestamps(timestamps), (tenant, caller) -> {
            JsonNode task = caller.read("shop", "night").json();

            assertThat(task.get("lastRunAt").isNull()).isTrue();
            assertThat(task.get("lastFinishedAt").isNull()).isTrue();
        });
    }

    @Test
    void spellsCodesAsTextWhenToldSo() throws IOException {
        with(
                TaskApiOptions.defaults().withCodesAsText(),
                (tenant, caller) -> assertThat(
                                caller.read("shop", "other").json().get("code").toString())
                        .isEqualTo("\"1002\""));
    }

    @Test
    void keepsATaskForAsLongAsItIsTold() throws IOException {
        with(TaskApiOptions.defaults().retention(Duration.ofSeconds(10)), (tenant, caller) -> {
            clock.setTo(Duration.ofSeconds(40));
            assertThat(caller.read("shop", "night").status()).isEqualTo(200);
            clock.setTo(Duration.ofSeconds(41));
            assertThat(caller.read("shop", "night").status()).isEqualTo(404);
        });
    }
}
