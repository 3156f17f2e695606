package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.errors.LogLines;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Files in the jobs directory and calls of the API, as the YAML routes take them. */
class WaysInRouteTest {

    private static final JobKey JOB = new JobKey("acme", "p1", "job-1");
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private Path jobs;
    private RoutesUnderTest routes;

    @BeforeEach
    void start() throws Exception {
        jobs = Files.createDirectories(folder.resolve("jobs"));
        routes = RoutesUnderTest.start(folder, clock, Map.of("trainwatch.jobs-directory", jobs.toString()));
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\"RUNNING\",\"progress_percent\":10,"
                + "\"metrics\":[],\"resource_utilization\":{\"cpu_usage\":40,\"memory_usage\":40}}";
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void aJobIsWatchedForAsLongAsItsFileIsThere() throws Exception {
        Path file = Files.writeString(jobs.resolve("a.json"), "{\"project\": \"p1\", \"job\": \"job-1\"}");
        await().atMost(LONGEST)
                .until(() -> isIn(Phase.WATCHING, JOB) && routes.job(JOB).state() == TrainingState.RUNNING);
        Files.delete(file);
        await().atMost(LONGEST).until(() -> isIn(Phase.UNWATCHED, JOB));
        assertThat(routes.deletes).as("the job itself is left alone").isEmpty();
        assertThat(routes.posted).isEmpty();
    }

    @Test
    void aJobThatComesBackIsWatchedAnew() throws Exception {
        Path file = jobs.resolve("a.json");
        Files.writeString(file, "{\"jobs\": [\"acme:p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        Files.delete(file);
        await().atMost(LONGEST).until(() -> isIn(Phase.UNWATCHED, JOB));
        Files.writeString(jobs.resolve("b.json"), "{\"jobs\": [\"acme:p1/job-1\"]}");
        await().atMost(LONGEST)
                .until(() -> isIn(Phase.WATCHING, JOB) && routes.job(JOB).state() == TrainingState.RUNNING);
        assertThat(routes.job(JOB).epoch()).isEqualTo(2);
    }

    @Test
    void aJobIsWatchedUntilTheLastFileThatNamesItIsGone() throws Exception {
        Path first = Files.writeString(jobs.resolve("a.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        Path second = Files.writeString(jobs.resolve("b.json"), "{\"jobs\": [\"p1/job-1\", \"p1/job-2\"]}");
        JobKey other = new JobKey("acme", "p1", "job-2");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, other));
        Files.delete(first);
        await().during(Duration.ofSeconds(2)).until(() -> isIn(Phase.WATCHING, JOB));
        Files.delete(second);
        await().atMost(LONGEST).until(() -> isIn(Phase.UNWATCHED, JOB) && isIn(Phase.UNWATCHED, other));
    }

    @Test
    void anEmptyFileWaitsForItsContentAndHoldsUpNoOther() throws Exception {
        Path empty = Files.createFile(jobs.resolve("empty.json"));
        Files.writeString(jobs.resolve("good.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(Duration.ofSeconds(5)).until(() -> isIn(Phase.WATCHING, JOB));
        Files.writeString(empty, "{\"jobs\": [\"p1/job-2\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, new JobKey("acme", "p1", "job-2")));
    }

    @Test
    void aFileThatChangesChangesWhatIsWatched() throws Exception {
        JobKey other = new JobKey("acme", "p1", "job-2");
        Path file = Files.writeString(jobs.resolve("a.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        Files.writeString(file, "{\"jobs\": [\"p1/job-2\", \"p1/job-3\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, other) && isIn(Phase.UNWATCHED, JOB));
    }

    @Test
    void aFileThatCannotBeUsedIsMovedAsideWithTheReasonBesideIt() throws Exception {
        Files.writeString(jobs.resolve("typo.json"), "{\"project\": \"p1\"");
        Files.writeString(jobs.resolve("empty.json"), "{}");
        Files.writeString(jobs.resolve("tenant.json"), "{\"jobs\": [\"other:p1/job-1\"]}");
        Files.writeString(jobs.resolve("path.json"), "{\"jobs\": [\"p1/../../x\"]}");
        Files.writeString(jobs.resolve("good.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST)
                .until(() -> reasons("typo", "empty", "tenant", "path").stream().allMatch(Files::exists));
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        assertThat(jobs.resolve("typo.json")).doesNotExist();
        assertThat(jobs.resolve("good.json")).exists();
        assertThat(reasons("empty").get(0)).content().contains("names no job");
        assertThat(reasons("tenant").get(0)).content().contains("'other'").contains("acme");
        assertThat(reasons("path").get(0)).content().contains("../../x");
    }

    @Test
    void noLinkIsFollowedOutOfTheFolderNeitherToReadNorToWrite() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.json"), "{\"canary\": \"of a secret\"}");
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Path refused = Files.createDirectory(jobs.resolve("refused"));
        Files.createSymbolicLink(refused.resolve("bad.json.reason.txt"), precious);
        Files.createSymbolicLink(refused.resolve("bad.json"), precious);
        Files.writeString(jobs.resolve("bad.json"), "nonsense");
        Files.createSymbolicLink(jobs.resolve("link.json"), secret);
        Files.createDirectory(jobs.resolve("folder.json"));
        new ProcessBuilder("mkfifo", jobs.resolve("pipe.json").toString())
                .start()
                .waitFor();
        Files.writeString(jobs.resolve("good.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        await().atMost(LONGEST).until(() -> reasons("bad", "link").stream().allMatch(Files::isRegularFile));
        assertThat(reasons("link").get(0))
                .content()
                .contains("is a link to what is not in its folder")
                .doesNotContain("canary");
        assertThat(reasons("bad").get(0)).content().contains("line 1, column 1");
        assertThat(Files.getPosixFilePermissions(reasons("bad").get(0)))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(precious).hasContent("precious");
        assertThat(secret).exists();
        assertThat(Files.isSymbolicLink(refused.resolve("link.json"))).isTrue();
    }

    @Test
    void aFolderOfRefusedFilesThatIsALinkIsNotUsed() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(jobs.resolve("refused"), elsewhere);
        Files.writeString(elsewhere.resolve("good.json.reason.txt"), "of somebody else");
        Files.writeString(jobs.resolve("bad.json"), "nonsense");
        Files.writeString(jobs.resolve("good.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        await().during(Duration.ofSeconds(2)).until(() -> Files.exists(jobs.resolve("bad.json")));
        assertThat(elsewhere).isDirectoryContaining("glob:**good.json.reason.txt");
        assertThat(elsewhere.resolve("bad.json")).doesNotExist();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A bad file is in a jobs folder that is read-only",
            then = "It is named once, and stands under `degraded` of the health")
    @Test
    void aFileThatCannotBeUsedNorMovedAsideIsNamedOnceAndInTheHealth() throws Exception {
        Files.createFile(jobs.resolve("refused")); // as a read-only folder: nothing can be put below
        Path bad = jobs.resolve("bad.json");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        ((Logger) LoggerFactory.getLogger("io.trainwatch.faults")).addAppender(logged);
        Files.writeString(bad, "nonsense");
        await().atMost(LONGEST).until(() -> health().contains("bad.json"));
        assertThat(health()).contains("The file bad.json of " + jobs + " cannot be used: not a readable document");
        Files.setLastModifiedTime(bad, FileTime.fromMillis(0));
        await().during(Duration.ofSeconds(2)).atMost(LONGEST).until(() -> health().contains("bad.json"));
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("It cannot be moved to"))
                .satisfies(event -> assertThat(event.getThrowableProxy()).isNull());
        Files.writeString(bad, "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        assertThat(health()).doesNotContain("bad.json");
    }

    @Test
    void manyFilesThatCannotBeUsedAreAFewLinesAndEachHasItsReason() throws Exception {
        try (LogLines log = LogLines.listen()) {
            String[] names = {"bad-1", "bad-2", "bad-3", "bad-4", "bad-5", "bad-6", "bad-7", "bad-8", "bad-9"};
            for (String name : names) {
                Files.writeString(jobs.resolve(name + ".json"), "nonsense");
            }
            await().atMost(LONGEST).until(() -> reasons(names).stream().allMatch(Files::exists));
            assertThat(log.ofFaults())
                    .singleElement()
                    .asString()
                    .startsWith("Taking files of the jobs directory fails: the file bad-");
        }
    }

    @Test
    void aFileThatIsTooLongIsRefused() throws Exception {
        Files.writeString(jobs.resolve("long.json"), "{\"jobs\": [\"p1/job-1\"]" + " ".repeat(1024 * 1024) + "}");
        await().atMost(LONGEST).until(() -> Files.exists(reasons("long").get(0)));
        assertThat(reasons("long").get(0)).content().contains("is longer than 1048576 bytes");
    }

    @Test
    void onlyTheRemovalOfAGoodFileOfThisNodeEndsAWatch() throws Exception {
        Path file = Files.writeString(jobs.resolve("a.json"), "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
        JobKey elsewhere = new JobKey("acme", "p1", "job-2");
        routes.beans().watchList().add(List.of(elsewhere), "a file that another node has");
        sql("insert into dropped_job (job, file, owner) values ('acme:p1/job-2', 'b.json', 'another-node')");
        Files.writeString(file, "{\"jobs\": [\"p1/job-1\"");
        await().atMost(LONGEST).until(() -> Files.exists(reasons("a").get(0)) && !Files.exists(file));
        await().during(Duration.ofSeconds(2)).until(() -> isIn(Phase.WATCHING, JOB) && isIn(Phase.WATCHING, elsewhere));

        Files.writeString(file, "{\"jobs\": [\"p1/job-1\"]}");
        await().atMost(LONGEST).until(() -> !Files.exists(reasons("a").get(0)));
        Files.delete(file);
        await().atMost(LONGEST).until(() -> isIn(Phase.UNWATCHED, JOB));
        assertThat(isIn(Phase.WATCHING, elsewhere)).isTrue();
    }

    @Test
    void whatGoesWrongInTheStoreIsNotBlamedOnAFileOrARequest() throws Exception {
        sql("alter table project rename to away");
        Path file = Files.writeString(jobs.resolve("a.json"), "{\"jobs\": [\"p1/job-1\"]}");
        Exchange answer = routes.send("direct:trainwatch-add-jobs", "{\"jobs\": [\"p1/job-2\"]}", Map.of());
        assertThat(status(answer)).isEqualTo(503);
        assertThat(answer.getMessage().getBody(String.class)).doesNotContain("project", "SQL");
        await().during(Duration.ofSeconds(2))
                .until(() -> Files.exists(file) && !Files.exists(reasons("a").get(0)));
        sql("alter table away rename to project");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, JOB));
    }

    @Test
    void aFileDoesNotEndAWatchThatItDidNotBegin() throws Exception {
        routes.beans().watchList().add(List.of(JOB), "properties");
        Path file = Files.writeString(jobs.resolve("a.json"), "{\"jobs\": [\"p1/job-1\", \"p1/job-2\"]}");
        await().atMost(LONGEST).until(() -> isIn(Phase.WATCHING, new JobKey("acme", "p1", "job-2")));
        Files.delete(file);
        await().atMost(LONGEST).until(() -> isIn(Phase.UNWATCHED, new JobKey("acme", "p1", "job-2")));
        assertThat(routes.job(JOB).phase()).isEqualTo(Phase.WATCHING);
    }

    @Test
    void aCallerOfTheApiPutsJobsOnTheListAndTakesThemOff() {
        Exchange added =
                routes.send("direct:trainwatch-add-jobs", "{\"project\": \"p1\", \"job\": \"job-1\"}", Map.of());
        assertThat(status(added)).isEqualTo(201);
        assertThat(added.getMessage().getBody(String.class)).contains("acme:p1/job-1");
        Exchange again = routes.send("direct:trainwatch-add-jobs", "{\"jobs\": [\"acme:p1/job-1\"]}", Map.of());
        assertThat(status(again)).isEqualTo(200);
        Map<String, Object> path = Map.of(Exchange.HTTP_PATH, "/jobs/acme/p1/job-1");
        assertThat(status(routes.send("direct:trainwatch-serve-request", "", path)))
                .isEqualTo(200);
        assertThat(status(routes.send("direct:trainwatch-serve-request", "", path)))
                .isEqualTo(404);
        assertThat(routes.job(JOB).phase()).isEqualTo(Phase.UNWATCHED);
    }

    @Test
    void aRequestThatCannotBeUsedIsAnsweredWithTheReason() throws Exception {
        Exchange answer = routes.send("direct:trainwatch-add-jobs", "{\"jobs\": [\"p1\"]}", Map.of());
        assertThat(status(answer)).isEqualTo(400);
        assertThat(answer.getMessage().getBody(String.class)).contains("[tenant:]project/job");
        assertThat(refusal("nonsense")).contains("line 1, column 1");
        assertThat(refusal("")).contains("No content");
        assertThat(refusal(null)).isEqualTo("there is no JSON object in it");
        assertThat(refusal("null")).isEqualTo("there is no JSON object in it");
        assertThat(refusal("{\"jobs\": []}")).startsWith("names no job: write");
        assertThat(refusal("{\"jobs\": \"a\"}")).startsWith("jobs: must be a list");
        assertThat(refusal("\"x\"")).contains("must be an object");
        assertThat(refusal("{\"jobs\": [\"p1/a\"], \"polcy\": {}}"))
                .startsWith("'polcy' is not known; known are job, jobs, policy, project, tenant");
        assertThat(refusal("[" + "\"x\",".repeat(300_000) + "1]")).doesNotContain("StreamRead");
    }

    @Test
    void aFileBringsAPolicyWithItsJobsAndTakesItAwayAgain() throws Exception {
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\"RUNNING\",\"progress_percent\":10,"
                + "\"metrics\":[],\"resource_utilization\":{\"cpu_usage\":60,\"memory_usage\":40}}";
        String rules = "\"rules\": [{\"type\": \"cpu\", \"above\": 50, \"window\": \"1 of 1\"}]";
        Path file = Files.writeString(
                jobs.resolve("a.json"),
                "{\"project\": \"p1\", \"job\": \"job-1\", \"policy\": {\"dry-run\": true, " + rules + "}}");
        await().atMost(LONGEST).until(() -> routes.events(JOB).contains("job.breached"));
        assertThat(routes.posted.get(0).body()).contains("\"withheld\":\"dry-run\"", "\"rule\":\"max-cpu\"");
        assertThat(routes.deletes).isEmpty();

        Files.writeString(file, "{\"project\": \"p1\", \"job\": \"job-1\"}");
        await().atMost(LONGEST).until(() -> routes.job(JOB).policy() == null);
        Files.writeString(file, "{\"project\": \"p1\", \"job\": \"job-1\", \"policy\": {" + rules + "}}");
        await().atMost(LONGEST).until(() -> routes.job(JOB).policy() != null);
        routes.clock.advance(Duration.ofMinutes(1));
        await().atMost(LONGEST).until(() -> routes.deletes.contains(JOB));
    }

    @Test
    void aFileWithAPolicyThatCannotBeUsedIsRefusedWithTheReason() throws Exception {
        Files.writeString(
                jobs.resolve("bad.json"),
                "{\"project\": \"p1\", \"job\": \"job-1\", \"policy\": {\"rules\": [{\"type\": \"cpu\", \"abov\": 50}]}}");
        await().atMost(LONGEST).until(() -> Files.exists(reasons("bad").get(0)));
        assertThat(reasons("bad").get(0))
                .content()
                .contains("policy.rules[0]: 'abov' is not known; did you mean 'above'?");
        assertThat(routes.jobs(List.of(JOB))).isEmpty();
    }

    @Test
    void aCallerOfTheApiMayGiveAPolicyToo() {
        String body = "{\"project\": \"p1\", \"job\": \"job-1\", \"policy\": {\"exempt\": true, \"rules\": []}}";
        assertThat(status(routes.send("direct:trainwatch-add-jobs", body, Map.of())))
                .isEqualTo(201);
        assertThat(routes.job(JOB).policy()).isEqualTo("{\"exempt\":true,\"rules\":[]}");
        assertThat(status(routes.send("direct:trainwatch-add-jobs", body.replace("true", "false"), Map.of())))
                .isEqualTo(200);
        assertThat(routes.job(JOB).policy()).isEqualTo("{\"exempt\":false,\"rules\":[]}");
        Exchange refused = routes.send("direct:trainwatch-add-jobs", body.replace("exempt", "exmpt"), Map.of());
        assertThat(status(refused)).isEqualTo(400);
        assertThat(refused.getMessage().getBody(String.class)).contains("did you mean 'exempt'?");
    }

    private String refusal(String body) throws JsonProcessingException {
        Exchange answer = routes.send("direct:trainwatch-add-jobs", body, Map.of());
        assertThat(status(answer)).isEqualTo(400);
        return new ObjectMapper()
                .readTree(answer.getMessage().getBody(String.class))
                .get("error")
                .asText();
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("trainwatch.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static int status(Exchange answer) {
        return answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    }

    private String health() {
        return routes.send("direct:trainwatch-serve-health", "", Map.of())
                .getMessage()
                .getBody(String.class);
    }

    private List<Path> reasons(String... names) {
        return Arrays.stream(names)
                .map(name -> jobs.resolve("refused").resolve(name + ".json.reason.txt"))
                .toList();
    }

    private boolean isIn(Phase phase, JobKey job) {
        return routes.jobs(List.of(job)).stream().anyMatch(row -> row.phase() == phase);
    }
}
