package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobTruthTest {

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant =
            SimulatedTenant.start(TenantOptions.defaults().clock(clock));
    private final TenantCaller caller = new TenantCaller(tenant);

    @BeforeEach
    void signIn() throws IOException {
        caller.signIn();
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @Test
    void agreesWithAWatcherWhoMissedNothing() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.COMPLETES).sampledEvery(Duration.ofMillis(700)));
        double cpu = 0;
        double memory = 0;
        Map<String, Map<String, Double>> samples = new TreeMap<>();
        for (int second = 0; second <= 31; second += 3) {
            clock.setTo(Duration.ofSeconds(second));
            JsonNode status = caller.status("shop", "intents").json();
            cpu = Math.max(cpu, status.at("/resource_utilization/cpu_usage").asDouble());
            memory = Math.max(
                    memory, status.at("/resource_utilization/memory_usage").asDouble());
            status.get("metrics")
                    .forEach(metric -> samples.computeIfAbsent(
                                    metric.get("metric_name").asText(), any -> new HashMap<>())
                            .put(
                                    metric.get("timestamp").asText(),
                                    metric.get("value").asDouble()));
        }

        JobTruth truth = tenant.truth("shop", "intents");

        assertThat(truth.maxCpu()).isEqualTo(cpu);
        assertThat(truth.maxMemory()).isEqualTo(memory);
        assertThat(truth.metricMeans().keySet()).isEqualTo(samples.keySet());
        assertThat(truth.metricSamples()).isEqualTo(42);
        samples.forEach((name, values) -> {
            assertThat(values).hasSize(42);
            double mean = values.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            assertThat(truth.metricMeans().get(name)).isCloseTo(mean, within(1e-9));
        });
    }

    @Test
    void leavesOutWhatNobodyAskedFor() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.BREACHES_CPU).sampledEvery(Duration.ofSeconds(1)));
        clock.setTo(Duration.ofSeconds(10));
        caller.status("shop", "intents");
        clock.setTo(Duration.ofSeconds(60));

        JobTruth truth = tenant.truth("shop", "intents");

        assertThat(truth.state()).isEqualTo(JobState.COMPLETED);
        assertThat(truth.maxCpu()).isBetween(2.0, 85.0);
        assertThat(truth.metricSamples()).isEqualTo(10);
        assertThat(truth.endServedAt()).isEmpty();
    }

    @Test
    void saysWhenTheJobEndedAndWhenThatWasFirstServed() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.FAILS));
        clock.setTo(Duration.ofSeconds(34));
        caller.status("shop", "intents");
        clock.setTo(Duration.ofSeconds(40));
        caller.status("shop", "intents");

        JobTruth truth = tenant.truth("shop", "intents");

        assertThat(truth.state()).isEqualTo(JobState.FAILED);
        assertThat(truth.endedAt()).contains(SettableClock.START.plusSeconds(30));
        assertThat(truth.endServedAt()).contains(SettableClock.START.plusSeconds(34));
    }

    @Test
    void countsReadsAndTheLongestTimeWithoutOne() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS));
        for (int second : new int[] {5, 6, 18, 20}) {
            clock.setTo(Duration.ofSeconds(second));
            caller.status("shop", "intents");
        }

        JobTruth truth = tenant.truth("shop", "intents");

        assertThat(truth.reads()).isEqualTo(4);
        assertThat(truth.lastRead()).contains(SettableClock.START.plusSeconds(20));
        assertThat(truth.longestUnread()).isEqualTo(Duration.ofSeconds(12));
    }

    @Test
    void listsEveryDeleteWithItsAnswerAndTheStateThen() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS).cancelDelay(Duration.ofSeconds(1)));
        tenant.faults().injectNext(Fault.NOT_FOUND, 1);
        caller.cancel("shop", "intents");
        caller.cancel("shop", "intents");
        clock.setTo(Duration.ofSeconds(1));
        caller.cancel("shop", "intents");

        assertThat(tenant.truth("shop", "intents").cancels())
                .containsExactly(
                        new JobTruth.Cancel(SettableClock.START, 404, JobState.RUNNING, false),
                        new JobTruth.Cancel(SettableClock.START, 202, JobState.RUNNING, true),
                        new JobTruth.Cancel(SettableClock.START.plusSeconds(1), 409, JobState.CANCELLED, false));
        assertThat(tenant.truth("shop", "intents").endedAt()).contains(SettableClock.START.plusSeconds(1));
    }

    @Test
    void isNotToldOfAJobThatDoesNotExist() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tenant.truth("shop", "nothing"))
                .withMessageContaining("shop/nothing");
    }
}
