package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API of the packaged service, called as {@code curl} does. */
class ApiIT {

    private final HttpClient client = HttpClient.newHttpClient();
    private Distribution service;

    @TempDir
    Path folder;

    @Test
    void jobsArePutOnTheListAndTakenOffItAndWhatIsWrongIsAnsweredInJson() throws Exception {
        JobScript job = JobScript.of("vision", "a", Ending.COMPLETES).running(Duration.ofMinutes(5));
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(List.of(job)));
                Distribution started = new Distribution(folder)) {
            service = started.setAll(simulator.properties()).set("trainwatch.jobs", "");
            service.start("run");
            assertThat(post("{\"jobs\": [\"vision/a\"]}")).startsWith("201 ").contains("demo:vision/a");
            await("a look")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> get("/jobs").contains("RUNNING"));
            assertThat(post("{\"jobs\": [\"vision/a\"]}")).startsWith("200 ");
            assertThat(post("{\"jobs\": \"vision/a\"}")).isEqualTo("400 jobs: must be a list (line 1, column 10)");
            assertThat(send("/jobs/demo/vision/a", builder -> builder.DELETE())).startsWith("200 ");
            assertThat(send("/jobs/demo/vision/a", builder -> builder.DELETE())).startsWith("404 ");
            assertThat(get("/nothing")).startsWith("404 There is nothing here.");
            assertThat(get("/health")).startsWith("200 ").contains("\"status\" : \"UP\"");
            service.assertQuiet();
        }
    }

    private String post(String body) throws IOException, InterruptedException {
        return send(
                "/jobs",
                builder -> builder.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)));
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(path, builder -> builder);
    }

    /** The status, and what is answered: of an error, what it says. */
    private String send(String path, UnaryOperator<HttpRequest.Builder> how) throws IOException, InterruptedException {
        HttpRequest request = how.apply(HttpRequest.newBuilder(URI.create(service.api() + path)))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        return answer.statusCode() + " "
                + answer.body().replaceFirst("(?s)^\\{\\s*\"error\"\\s*:\\s*\"(.*)\"\\s*}$", "$1");
    }
}
