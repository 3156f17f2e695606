package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManyTasksTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void startsAtVariousTimesAndTakesVariousDurations() {
        List<TaskScript> scripts =
                ManyTasks.trainings(7, 3, 100, MINUTE, Duration.ofSeconds(5), Duration.ofSeconds(30));

        assertThat(scripts).hasSize(300);
        assertThat(scripts.stream().map(TaskScript::projectId).distinct()).hasSize(3);
        assertThat(scripts.stream().map(TaskScript::taskId).distinct()).hasSize(300);
        assertThat(scripts.stream().map(script -> script.life().ending()).distinct())
                .containsExactlyInAnyOrder(Ending.COMPLETES, Ending.FAILS, Ending.CANCELLED_BY_OTHERS);
        assertThat(scripts.stream().map(TaskScript::createdAfter).distinct()).hasSizeGreaterThan(250);
        assertThat(scripts).allSatisfy(script -> {
            assertThat(script.createdAfter()).isBetween(Duration.ZERO, MINUTE);
            assertThat(script.life().running()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
        });
        assertThat(scripts).anyMatch(script -> script.steps() == 0);
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(ManyTasks.trainings(7, 1, 20, MINUTE, MINUTE, MINUTE.multipliedBy(2)))
                .isEqualTo(ManyTasks.trainings(7, 1, 20, MINUTE, MINUTE, MINUTE.multipliedBy(2)))
                .isNotEqualTo(ManyTasks.trainings(8, 1, 20, MINUTE, MINUTE, MINUTE.multipliedBy(2)));
        assertThat(DemoJobs.tasks(5)).isEqualTo(DemoJobs.tasks(5)).isNotEqualTo(DemoJobs.tasks(6));
    }

    @Test
    void addsTasksThatAreNoTrainings() throws IOException {
        SettableClock clock = new SettableClock();
        try (SimulatedTenant tenant =
                        SimulatedTenant.start(TenantOptions.defaults().clock(clock));
                TaskCaller caller = new TaskCaller(tenant)) {
            tenant.tasks()
                    .addAll(ManyTasks.trainings(7, 2, 10, MINUTE, MINUTE, MINUTE))
                    .addAll(ManyTasks.others(7, 2, 5, MINUTE));
            clock.setTo(MINUTE);

            assertThat(caller.list("limit=100&projectId=" + ObjectIds.of("project-1"))
                            .findValuesAsText("name"))
                    .hasSize(15)
                    .filteredOn(name -> !name.startsWith("train"))
                    .hasSize(5);
        }
    }
}
