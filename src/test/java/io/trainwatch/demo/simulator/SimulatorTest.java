package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SimulatorTest {

    @Test
    void saysHowToPointTrainwatchAtIt() {
        SimulatorOptions options = SimulatorOptions.demo(42)
                .jobs(List.of(
                        JobScript.of("shop", "one", Ending.FAILS), JobScript.of("shop", "two", Ending.COMPLETES)));
        try (Simulator simulator = Simulator.start(options)) {
            Map<String, String> properties = simulator.properties();

            assertThat(properties)
                    .containsOnlyKeys(
                            "trainwatch.tenant.demo.base-url",
                            "trainwatch.tenant.demo.client-id",
                            "trainwatch.tenant.demo.client-secret",
                            "trainwatch.webhook.demo.url",
                            "trainwatch.webhook.demo.secret",
                            "trainwatch.no-proxy",
                            "trainwatch.jobs");
            assertThat(properties)
                    .containsEntry(
                            "trainwatch.tenant.demo.base-url",
                            "" + simulator.tenant().baseUrl())
                    .containsEntry(
                            "trainwatch.webhook.demo.secret",
                            simulator.receiver().secret())
                    .containsEntry("trainwatch.jobs", "demo:shop/one, demo:shop/two");
        }
    }

    @Test
    void saysHowToPointTrainwatchAtTheTasksApi() {
        SimulatorOptions options = SimulatorOptions.demo(42)
                .jobs(List.of(JobScript.of("shop", "one", Ending.FAILS)))
                .tasks(List.of(TaskScript.of("shop", "night", Ending.COMPLETES)));
        String task = ObjectIds.of("shop") + "/" + TaskScript.taskId("shop", "night");
        try (Simulator simulator = Simulator.start(options)) {
            String root = simulator.tenant().tasksBaseUrl().toString();

            assertThat(simulator.properties(Set.of(TenantApi.TASKS), false))
                    .containsEntry("trainwatch.tenant.demo.base-url", root)
                    .containsEntry("trainwatch.tenant.demo.api", "tasks")
                    .containsEntry("trainwatch.tenant.demo.api-key", "simulated-api-key")
                    .containsEntry("trainwatch.jobs", "demo:" + task)
                    .doesNotContainKey("trainwatch.tenant.demo.client-id");
            assertThat(simulator.properties(Set.of(TenantApi.TASKS), true))
                    .containsEntry("trainwatch.tenant.demo.client-id", "trainwatch")
                    .containsKey("trainwatch.tenant.demo.client-secret")
                    .doesNotContainKey("trainwatch.tenant.demo.api-key");
            assertThat(simulator.properties(EnumSet.allOf(TenantApi.class), false))
                    .containsEntry("trainwatch.tenant.demo.base-url", root + "/api/v2")
                    .containsEntry("trainwatch.tenant.demo-tasks.base-url", root)
                    .containsEntry("trainwatch.jobs", "demo:shop/one, demo-tasks:" + task);
        }
    }

    @Test
    void leavesNothingRunningWhenOnePortIsTaken() throws IOException {
        try (Simulator first = Simulator.start(SimulatorOptions.demo(1));
                HttpCaller http = new HttpCaller()) {
            int taken = first.tenant().baseUrl().getPort();
            int free = first.receiver().url().getPort();
            first.receiver().close();

            assertThatThrownBy(() -> Simulator.start(SimulatorOptions.demo(1).ports(taken, free)))
                    .isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(() -> http.get("http://127.0.0.1:" + free)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void showsEveryOutcomeInTheDemo() {
        List<JobScript> jobs = DemoJobs.scripts(42);

        assertThat(jobs).hasSize(12);
        assertThat(jobs.stream().map(JobScript::ending).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.of(
                        Ending.COMPLETES,
                        Ending.FAILS,
                        Ending.STALLS,
                        Ending.BREACHES_CPU,
                        Ending.BREACHES_MEMORY,
                        Ending.CANCELLED_BY_OTHERS));
        assertThat(jobs).anyMatch(job -> job.queued().compareTo(Duration.ofSeconds(15)) > 0);
    }

    @Test
    void endsTheDemoWithin45SecondsForAnySeed() {
        for (long seed = 0; seed < 200; seed++) {
            assertThat(DemoJobs.scripts(seed))
                    .allSatisfy(
                            job -> assertThat(job.queued().plus(job.running())).isLessThan(Duration.ofSeconds(45)));
        }
    }

    @Test
    void tellsTheSameDemoForTheSameSeed() {
        assertThat(DemoJobs.scripts(5)).isEqualTo(DemoJobs.scripts(5)).isNotEqualTo(DemoJobs.scripts(6));
    }
}
