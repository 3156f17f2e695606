package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of {@code docs/overriding.md}, all at once and as they stand there. */
class OverridingRecipesTest {

    private static final JobKey JOB = new JobKey("acme", "bots", "job-1");
    private static final Pattern RECIPE = Pattern.compile("(?s)```yaml\\n(.*?)```");
    private static final String FIGURES = """
            - route:
                id: figures-of-our-own
                errorHandler: {noErrorHandler: {}}
                from:
                  uri: direct:figures-of-our-own
                  steps:
                    - setBody:
                        expression:
                          constant:
                            expression: '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"97.5"]}]}}'
            """;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private RoutesUnderTest routes;

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void eachDoesWhatItSays() throws Exception {
        Path own = Files.createDirectories(folder.resolve("routes"));
        int recipes = 0;
        Matcher recipe = RECIPE.matcher(Files.readString(Path.of("docs", "overriding.md")));
        while (recipe.find()) {
            Files.writeString(own.resolve(recipes++ + ".camel.yaml"), recipe.group(1));
        }
        assertThat(recipes).isEqualTo(4);
        Files.writeString(
                own.resolve("figures.camel.yaml"),
                FIGURES.formatted(clock.instant().getEpochSecond()));
        Map<String, String> values = new HashMap<>();
        values.put("second.audit.directory", folder.resolve("second").toString());
        values.put("trainwatch.routes.directory", own.toString());
        values.put("trainwatch.poll.interval", "1s");
        values.put("trainwatch.policy.cpu-window", "1 of 1");
        values.put("trainwatch.tenant.acme.prometheus.url", "http://127.0.0.1:1");
        values.put("trainwatch.tenant.acme.prometheus.cpu-query", "cpu{job=\"$job\"}");
        values.put("trainwatch.tenant.acme.api", "tasks");
        routes = RoutesUnderTest.start(folder, clock, values);
        routes.tenant = job -> "{\"_id\":\"" + job.job()
                + "\",\"name\":\"trainIntents\",\"status\":\"active\",\"currentStep\":1,\"totalStep\":4}";
        routes.beans().watchList().add(List.of(JOB), "test");
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    clock.advance(Duration.ofMillis(200));
                    return !routes.posted.isEmpty();
                });
        assertThat(routes.requested)
                .isNotEmpty()
                .allSatisfy(headers -> assertThat(headers).containsEntry("X-Gateway", "ml-platform"));
        RoutesUnderTest.Posted first = routes.posted.get(0);
        assertThat(first.body())
                .startsWith("{\"source\": \"trainwatch\", \"event\": {")
                .contains("\"rule\":\"max-cpu\",\"observed\":97.5");
        assertThat(first.headers()).containsKey("webhook-id").doesNotContainKey("webhook-signature");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(lines(folder.resolve("second")))
                        .isNotEmpty()
                        .isEqualTo(lines(folder.resolve("audit"))));
    }

    private static List<String> lines(Path audit) throws IOException {
        try (Stream<Path> files = Files.list(audit)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .flatMap(file -> {
                        try {
                            return Files.readAllLines(file).stream();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        }
    }
}
