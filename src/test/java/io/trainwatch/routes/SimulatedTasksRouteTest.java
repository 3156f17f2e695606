package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import io.trainwatch.settings.Sources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes as they are, against the simulated tenant and Prometheus over HTTP. */
class SimulatedTasksRouteTest {

    private static final Set<TenantApi> TASKS = Set.of(TenantApi.TASKS);

    @TempDir
    private Path folder;

    @Test
    void figuresAndReportsComeFromWhereTheyAreToldOverHttp() throws Exception {
        TaskScript hot = TaskScript.of("shop", "hot", Ending.COMPLETES).running(Duration.ofMinutes(5));
        TaskScript good = TaskScript.of("shop", "good", Ending.COMPLETES).running(Duration.ofSeconds(10));
        try (Simulator simulator =
                Simulator.start(SimulatorOptions.demo(1).jobs(List.of()).tasks(List.of(hot, good)))) {
            simulator.tenant().prometheus().requireToken("let+me/in");
            simulator.tenant().prometheus().fix("task_cpu_percent", hot.taskId(), 99);
            simulator.tenant().prometheus().fix("task_cpu_percent", good.taskId(), 55);
            Main main = start(simulator);
            try {
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    assertThat(told(simulator, hot))
                            .anyMatch(body -> body.contains("\"job.cancelled\"") && body.contains("\"cpu\":99,"));
                    assertThat(told(simulator, good))
                            .anyMatch(body -> body.contains("\"job.completed\"")
                                    && body.matches(".*\"aggregated_metrics\":\\{\"accuracy\":0\\.\\d+,"
                                            + "\"f_score\":0\\.\\d+,\"findings\":1}.*")
                                    && body.contains("\"cpu\":55,"));
                });
                assertThat(told(simulator, good)).hasSize(1);
            } finally {
                main.stop();
            }
        }
    }

    private static List<String> told(Simulator simulator, TaskScript task) {
        return simulator.receiver().deliveries().stream()
                .map(Delivery::bodyText)
                .filter(body -> body.contains(task.taskId()))
                .toList();
    }

    private Main start(Simulator simulator) throws Exception {
        Map<String, String> values = simulator.properties(TASKS, false);
        values.putAll(simulator.prometheusProperties(TASKS));
        values.put("trainwatch.tenant." + Simulator.ALIAS + ".prometheus.token", "let+me/in");
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        values.put("trainwatch.poll.interval", "1s");
        values.put("trainwatch.policy.cpu-window", "1 of 1");
        Main main = new Main();
        main.bind("settings", TrainwatchSettings.read(Sources.of(values)));
        main.configure().setJmxEnabled(false);
        main.configure().rest().setInlineRoutes(false);
        main.start();
        return main;
    }
}
