package io.trainwatch.cancels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.TenantOptions;
import io.trainwatch.settings.Sources;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/**
 * Measures the time from the audited decision to cancel a job until the request arrives at the tenant; the intent is
 * committed in between. Run by {@code src/bench/cancel}.
 */
public final class CancelBench {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** One of so many jobs more is cancelled at the start and not counted: what a new process does first tells little. */
    private static final int WARM_UP = 10;

    private CancelBench() {}

    public static void main(String[] arguments) throws Exception {
        int jobs = Integer.parseInt(arguments[0]);
        Duration over = Duration.ofSeconds(Integer.parseInt(arguments[1]));
        int warmUp = jobs / WARM_UP;
        Path folder = Files.createTempDirectory("cancel-bench");
        try (SimulatedTenant tenant = SimulatedTenant.start(TenantOptions.defaults())) {
            Main main = service(tenant, folder, arguments[2]);
            List<io.trainwatch.job.JobKey> keys = new ArrayList<>();
            for (int i = 0; i < jobs + warmUp; i++) {
                // Each begins to break its policy at another time.
                long turn = 2_000 + over.toMillis() * i / (jobs + warmUp);
                tenant.add(JobScript.of("p", "job-" + i, Ending.BREACHES_CPU)
                        .running(Duration.ofHours(2))
                        .turnsAt(turn / 7_200_000.0)
                        .sampledEvery(Duration.ofMinutes(1)));
                keys.add(new io.trainwatch.job.JobKey("acme", "p", "job-" + i));
            }
            TrainwatchBeans beans = main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
            beans.watchList().add(keys, "bench");
            long until = System.nanoTime() + over.plusSeconds(60).toNanos();
            while (beans.watchList().figures().counts().cancelled() < keys.size() && System.nanoTime() < until) {
                LockSupport.parkNanos(100_000_000);
            }
            LockSupport.parkNanos(2_000_000_000);
            main.stop();
            print(tenant, folder, warmUp, jobs);
        }
        System.exit(0);
    }

    private static Main service(SimulatedTenant tenant, Path folder, String interval) throws Exception {
        Map<String, String> values = new HashMap<>();
        values.put("trainwatch.tenant.acme.base-url", tenant.baseUrl().toString());
        values.put("trainwatch.tenant.acme.client-id", tenant.options().clientId());
        values.put("trainwatch.tenant.acme.client-secret", tenant.options().clientSecret());
        values.put("trainwatch.policy.cpu-window", "1 of 1");
        values.put("trainwatch.policy.max-cancels-per-hour", "100000");
        values.put("trainwatch.poll.interval", interval);
        values.put("trainwatch.http.enabled", "false");
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("bench.db"));
        values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        Main main = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                CamelContext context = super.createCamelContext();
                context.setApplicationContextClassLoader(CancelBench.class.getClassLoader());
                return context;
            }
        };
        main.bind("settings", TrainwatchSettings.read(Sources.of(values)));
        main.setPropertyPlaceholderLocations("classpath:trainwatch-standalone.properties");
        main.start();
        return main;
    }

    private static void print(SimulatedTenant tenant, Path folder, int warmUp, int jobs) throws IOException {
        Map<String, Instant> decided = new HashMap<>();
        try (Stream<Path> files = Files.list(folder.resolve("audit"))) {
            for (Path file : files.toList()) {
                try (BufferedReader reader = Files.newBufferedReader(file)) {
                    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                        JsonNode line = JSON.readTree(text);
                        if ("AUTO_CANCEL_TRIGGERED".equals(line.path("action").asText())) {
                            decided.put(
                                    line.path("job_id").asText(),
                                    Instant.parse(line.path("timestamp").asText()));
                        }
                    }
                }
            }
        }
        List<Long> millis = new ArrayList<>();
        for (int i = warmUp; i < jobs + warmUp; i++) {
            Instant decision = decided.get("job-" + i);
            var cancels = tenant.truth("p", "job-" + i).cancels();
            if (decision != null && !cancels.isEmpty()) {
                millis.add(Duration.between(decision, cancels.get(0).at()).toMillis());
            }
        }
        Collections.sort(millis);
        System.out.printf(
                "%d of %d jobs were cancelled; from the audited decision to the request at the tenant:%n",
                millis.size(), jobs);
        System.out.printf(
                "p50 %d ms   p95 %d ms   p99 %d ms   most %d ms%n",
                percentile(millis, 50), percentile(millis, 95), percentile(millis, 99), percentile(millis, 100));
    }

    private static long percentile(List<Long> sorted, int percent) {
        return sorted.isEmpty() ? -1 : sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
    }
}
