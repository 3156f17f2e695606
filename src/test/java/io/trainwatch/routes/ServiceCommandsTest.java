package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.api.HttpServer;
import io.trainwatch.cli.TrainwatchCommand;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.watch.JobView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that talk to a running service: {@code jobs} and {@code status}. */
class ServiceCommandsTest {

    private static final String TOKEN = "a token that may do all";
    private static final String READ_TOKEN = "a token that only reads";
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final List<JobKey> JOBS = List.of(
            new JobKey("acme", "p1", "calm"), new JobKey("acme", "p1", "greedy"), new JobKey("acme", "p2", "calm"));

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final PrintStream usualOut = System.out;
    private final PrintStream usualErr = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private RoutesUnderTest routes;
    private HttpServer server;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        routes = RoutesUnderTest.start(
                folder,
                clock,
                Map.of("trainwatch.policy.cpu-window", "warn 1 of 1, cancel 9m", "trainwatch.policy.warm-up", "0s"));
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\"RUNNING\",\"progress_percent\":41.5,"
                + "\"metrics\":[],\"resource_utilization\":{\"cpu_usage\":"
                + (job.job().equals("greedy") ? 99 : 20)
                + ",\"memory_usage\":40}}";
        server = HttpServer.start(
                new HttpServer.Options("127.0.0.1", 0, Optional.of(TOKEN), Optional.of(READ_TOKEN), Map.of()));
        config = folder.resolve("my.properties");
        configure("trainwatch.http.port = " + port(), "trainwatch.http.read-token = " + READ_TOKEN);
        routes.beans().watchList().add(JOBS, "test");
        await().atMost(LONGEST).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return JOBS.stream().allMatch(job -> routes.job(job).state() != null)
                    && routes.beans()
                            .watchList()
                            .view(JOBS.get(1))
                            .flatMap(JobView::trouble)
                            .isPresent();
        });
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(System.out);
    }

    @AfterEach
    void stop() {
        System.setOut(usualOut);
        System.setErr(usualErr);
        server.close();
        routes.close();
    }

    @Test
    void jobsAreShownThoseInTroubleFirst() throws Exception {
        assertThat(run("jobs")).isZero();
        List<String> lines = printed().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("JOB             STAGE    PROGRESS");
        assertThat(lines.get(1))
                .startsWith("acme:p1/greedy  RUNNING   41.5 %    99.0 %   40.0 %")
                .contains("breached: ", "above 95 %");
        assertThat(lines.get(2)).contains("/calm ", "20.0 %");

        assertThat(run("jobs", "P1/", "--stage", "RUNNING", "--limit", "1")).isZero();
        assertThat(printed()).contains("acme:p1/greedy", "There are more").doesNotContain("calm");
        assertThat(run("jobs", "--trouble")).isZero();
        assertThat(printed()).contains("greedy").doesNotContain("calm");
        assertThat(run("jobs", "--stage", "FAILED")).isZero();
        assertThat(printed()).isEqualToIgnoringNewLines("No job is like that.");

        assertThat(run("jobs", "--json")).isZero();
        JsonNode jobs = new ObjectMapper().readTree(printed());
        assertThat(jobs.findValuesAsText("id")).hasSize(3).startsWith("acme:p1/greedy");
    }

    @Test
    void jobsAreShownAnewUntilTheCommandIsEnded() throws Exception {
        Thread watching = new Thread(() -> TrainwatchCommand.execute("jobs", "--watch", "-c", config.toString()));
        watching.start();
        await().atMost(LONGEST)
                .until(() -> printed.toString(StandardCharsets.UTF_8).split("JOB ", -1).length > 2);
        server.close();
        await("a service that is away is waited for")
                .atMost(LONGEST)
                .until(() -> printed.toString(StandardCharsets.UTF_8).contains("cannot be reached"));
        assertThat(watching.isAlive()).isTrue();
        watching.interrupt();
        watching.join(LONGEST.toMillis());
        assertThat(watching.isAlive()).isFalse();
    }

    @Test
    void statusSaysHowTheServiceDoes() throws Exception {
        await("a machine under load is not ready at times").atMost(LONGEST).until(() -> run("status") == 0);
        assertThat(printed())
                .containsPattern("Trainwatch +http://127.0.0.1:" + port())
                .containsPattern("ready +yes")
                .containsPattern("jobs +3 running")
                .containsPattern("in trouble +1")
                .containsPattern("target ops +sent; 0 pending, 0 dead")
                .containsPattern("audit +\\d+ lines, \\d+ waiting")
                .containsPattern("node \\S+ +\\d+ looks under way")
                .contains("Jobs in trouble: see trainwatch jobs --trouble")
                .doesNotContain("Nothing needs you");
        await().atMost(LONGEST).until(() -> run("status", "--json") == 0);
        JsonNode all = new ObjectMapper().readTree(printed());
        assertThat(all.at("/health/status").asText()).isEqualTo("UP");
        assertThat(all.at("/statistics/trouble_count").asInt()).isEqualTo(1);
        assertThat(all.get("nodes")).hasSize(1);
    }

    @Test
    void whyTheServiceCannotBeAskedIsSaidInASentence() throws Exception {
        configure("trainwatch.http.port = " + port());
        assertThat(mistake("status")).contains("answers 401", "have none: name a file with --token-file");
        Path wrong = Files.writeString(folder.resolve("wrong"), "wrong\n");
        assertThat(mistake("jobs", "--token-file", wrong.toString())).contains("answers 401", "knows another token");
        assertThat(mistake("jobs", "--token-file", folder.resolve("none").toString()))
                .contains("is not there");
        Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        assertThat(run("jobs", "--token-file", token.toString(), "--url", "http://127.0.0.1:" + port() + "/api/"))
                .isZero();
        assertThat(printed()).contains("greedy");
        assertThat(mistake("jobs", "--token-file", token.toString(), "--stage", "LOST"))
                .contains("answers 400", "stage");
        assertThat(mistake("jobs", "--limit", "0")).contains("--limit is a number from 1 to 1000");
        assertThat(mistake("jobs", "--url", "file:///etc")).contains("--url is not an http or https URL");
        assertThat(mistake("status", "--token-file", token.toString(), "--url", "http://127.0.0.1:" + port() + "/else"))
                .contains("answers 404");

        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        configure("trainwatch.http.port = " + closed);
        assertThat(mistake("status"))
                .isEqualTo("The service at http://127.0.0.1:" + closed + " cannot be reached: nothing listens there:"
                        + " connection refused. Start it with bin/trainwatch run, or name with --url where it is.");
        configure("trainwatch.http.port = 0");
        assertThat(mistake("jobs")).contains("trainwatch.http.port is 0");
        configure("trainwatch.http.enabled = false");
        assertThat(mistake("jobs")).contains("trainwatch.http.enabled is false");
    }

    private int port() {
        return server.address().getPort();
    }

    private void configure(String... lines) throws Exception {
        Files.write(config, List.of(lines));
    }

    private String mistake(String... command) {
        assertThat(run(command)).as(String.join(" ", command)).isEqualTo(2);
        String said = printed()
                .lines()
                .filter(line -> !line.contains(" WARN ")) // the log of the service
                .collect(Collectors.joining("\n"));
        assertThat(said.lines()).as(said).hasSize(1);
        return said;
    }

    private int run(String... command) {
        printed.reset();
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("-c", config.toString()));
        return TrainwatchCommand.execute(all.toArray(String[]::new));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
