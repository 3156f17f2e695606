package io.trainwatch.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.cli.check.Check.Status;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.NoPermissions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All checks, against the simulated tenant over HTTP. */
class PreflightTest {

    private static final TaskScript TASK = TaskScript.of("shop", "intents", Ending.COMPLETES);
    private static final String TENANT = "trainwatch.tenant.demo.";

    @TempDir
    private Path folder;

    private final Simulator simulator = Simulator.start(SimulatorOptions.demo(1)
            .jobs(List.of(JobScript.of("shop", "intents", Ending.COMPLETES)))
            .tasks(List.of(TASK)));
    private Map<String, String> values;
    private List<Check> checks;

    @BeforeEach
    void configure() {
        values = usual(TenantApi.TASKS);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void whatIsRightIsToldAsSuchInEitherApiAndNothingIsChanged() {
        values.put("trainwatch.http.port", "0");
        values.putAll(simulator.prometheusProperties(Set.of(TenantApi.TASKS)));
        check();
        assertThat(checks).noneMatch(check -> check.status() == Status.PROBLEM || check.status() == Status.WARNING);
        assertThat(found("tenant demo", "connection").finding()).isEqualTo("connected, without TLS");
        assertThat(found("tenant demo", "credentials").finding()).isEqualTo("the API key is accepted");
        assertThat(found("tenant demo", "project " + TASK.projectId()).status()).isEqualTo(Status.OK);
        assertThat(found("tenant demo", "clock").status()).isEqualTo(Status.OK);
        assertThat(found("tenant demo", "cancelling").status()).isEqualTo(Status.UNKNOWN);
        assertThat(found("tenant demo", "prometheus").status()).isEqualTo(Status.OK);
        assertThat(found("webhook demo", "connection").status()).isEqualTo(Status.OK);

        values = usual(TenantApi.TRAINING);
        check();
        assertThat(checks).noneMatch(check -> check.status() == Status.PROBLEM || check.status() == Status.WARNING);
        assertThat(found("tenant demo", "project shop").status()).isEqualTo(Status.OK);
        assertThat(found("tenant demo", "cancelling").finding()).contains("ai:training:write");

        assertThat(simulator.receiver().deliveries()).as("no event is sent").isEmpty();
        assertThat(simulator.tenant().requests().count(RequestKind.CANCEL)).isZero();
        assertThat(simulator.tenant().requests().count(RequestKind.TASK_CANCEL)).isZero();
        assertThat(folder).as("nothing is left behind").isEmptyDirectory();
    }

    @Test
    void routesThatEverybodyMayWriteAreWarnedOf() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("own-routes"));
        Path file = Files.createFile(routes.resolve("20-x.camel.yaml"));
        values.put("trainwatch.routes.directory", routes.toString());
        check();
        assertThat(checks).noneMatch(check -> check.what().equals("permissions"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        check();
        assertThat(found("routes", "permissions").status()).isEqualTo(Status.WARNING);
        assertThat(found("routes", "permissions").remedy()).isEqualTo("Run: chmod o-w " + file);
    }

    @Test
    void aFileSystemThatKeepsNoPermissionsIsNamedForEachFolder() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        values.put("trainwatch.audit.directory", mount.resolve("audit").toString());
        values.put("trainwatch.store.url", "jdbc:sqlite:" + mount.resolve("data/trainwatch.db"));
        values.put("trainwatch.jobs-directory", mount.toString());
        check();
        assertThat(checks).noneMatch(check -> check.what().equals("permissions"));
        for (NoPermissions.Refusal refusal : NoPermissions.Refusal.values()) {
            NoPermissions.in(mount, refusal, this::check);
            for (String subject : List.of("audit directory", "store", "jobs directory")) {
                assertThat(found(subject, "permissions").status()).isEqualTo(Status.WARNING);
                assertThat(found(subject, "permissions").finding())
                        .isEqualTo("the file system of " + mount
                                + " keeps no permissions: who may read and write there depends on how it is mounted");
            }
            assertThat(checks).noneMatch(check -> check.what().equals("locks"));
            assertThat(mount).as("nothing is left behind").isEmptyDirectory();
        }
    }

    @Test
    void credentialsThatAreRefusedAreToldWithTheirSettingAndWithoutTheirText() {
        values.put(TENANT + "api-key", "wrong-key");
        check();
        assertProblem("tenant demo", "credentials", "401", "trainwatch.tenant.demo.api-key");
        assertThat(found("tenant demo", "project " + TASK.projectId()).status()).isEqualTo(Status.UNKNOWN);

        values = usual(TenantApi.TRAINING);
        values.put(TENANT + "client-secret", "wrong-secret");
        check();
        assertProblem(
                "tenant demo",
                "credentials",
                "refuses the client (invalid_client: unknown client or wrong secret)",
                ".client-secret");
        assertThat(checks.toString()).doesNotContain("wrong-key", "wrong-secret");
    }

    @Test
    void aScopeThatCancellingNeedsIsMissed() {
        values = usual(TenantApi.TRAINING);
        values.put(TENANT + "scopes", "ai:training:read");
        check();
        assertProblem("tenant demo", "cancelling", TENANT + "scopes lacks ai:training:write", "auto-cancel=false");
        values.put("trainwatch.policy.auto-cancel", "false");
        check();
        assertThat(found("tenant demo", "cancelling").status()).isEqualTo(Status.OK);
    }

    @Test
    void aProjectThatTheClientIsNoMemberOfIsExplained() {
        simulator.tenant().withdraw("shop");
        simulator.tenant().tasks().withdraw("shop");
        String other = "0123456789abcdef01234567";
        values.put(TENANT + "discover", other);
        check();
        assertProblem("tenant demo", "project " + TASK.projectId(), "403", "Assign the client");
        assertThat(found("tenant demo", "project " + other).finding()).matches("40[34]: .*");

        values = usual(TenantApi.TRAINING);
        check();
        assertProblem("tenant demo", "project shop", "403", "Assign the client");
    }

    @Test
    void aWrongPathIsToldApart() {
        values.put(TENANT + "path-prefix", "/v9");
        check();
        assertProblem("tenant demo", "credentials", "404", TENANT + "path-prefix");
    }

    @Test
    void aClockThatIsWrongIsAWarning() {
        simulator.tenant().faults().clockAhead(Duration.ofSeconds(-95));
        check();
        assertThat(found("tenant demo", "clock")).satisfies(check -> {
            assertThat(check.status()).isEqualTo(Status.WARNING);
            assertThat(check.finding()).matches("the tenant's is 9[456] s behind this machine's");
            assertThat(check.remedy()).contains("NTP");
        });
        simulator.tenant().faults().clockAhead(Duration.ofSeconds(20));
        check();
        assertThat(found("tenant demo", "clock").status()).isEqualTo(Status.OK);
    }

    @Test
    void whereNothingListensNothingElseIsTried() {
        values.put(TENANT + "base-url", "http://127.0.0.1:1");
        values.put("trainwatch.webhook.demo.url", "http://127.0.0.1:1/hook?key=query-secret");
        check();
        assertProblem("tenant demo", "connection", "nothing listens at 127.0.0.1:1", TENANT + "base-url");
        assertThat(found("tenant demo", "credentials").status()).isEqualTo(Status.UNKNOWN);
        assertProblem("webhook demo", "connection", "nothing listens at 127.0.0.1:1", "trainwatch.webhook.demo.url");
        assertThat(checks.toString()).doesNotContain("query-secret");
    }

    @Test
    void hostsThatDoNotAnswerEndTheChecksInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String place = "127.0.0.1:" + silent.getLocalPort();
            values.put(TENANT + "base-url", "http://" + place);
            values.put("trainwatch.webhook.demo.url", "https://" + place + "/hook");
            long start = System.nanoTime();
            check();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            assertProblem("tenant demo", "answer", place + " does not answer", "firewall");
            assertProblem("webhook demo", "connection", place + " does not answer", "firewall");
        }
    }

    @Test
    void aTargetWithoutTlsOrWithoutASignatureOrInsideIsTold() {
        String receiver = simulator.receiver().url().toString();
        values.put("trainwatch.webhook.tls.url", receiver.replace("http:", "https:"));
        values.put("trainwatch.webhook.unsigned.url", receiver);
        values.put("trainwatch.webhook.slack.url", receiver);
        values.put("trainwatch.webhook.slack.format", "slack");
        values.put("trainwatch.webhook.inside.url", receiver);
        values.put("trainwatch.webhook.inside.public-only", "true");
        values.put("trainwatch.webhook.nowhere.url", "http://nowhere.invalid/");
        check();
        assertProblem("webhook tls", "connection", "speaks no TLS", "whether http is meant");
        assertThat(found("webhook unsigned", "connection").status()).isEqualTo(Status.WARNING);
        assertThat(found("webhook slack", "connection").status()).isEqualTo(Status.OK);
        assertProblem("webhook inside", "connection", "not public", "public-only=false");
        assertProblem("webhook nowhere", "connection", "nowhere.invalid is not known", "DNS");
        assertThat(simulator.receiver().deliveries()).isEmpty();
    }

    @Test
    void aPrometheusThatRefusesTheQueryOrTheTokenIsTold() {
        values.putAll(simulator.prometheusProperties(Set.of(TenantApi.TASKS)));
        values.put(TENANT + "prometheus.cpu-query", "sum(");
        check();
        assertProblem("tenant demo", "prometheus", "400", TENANT + "prometheus.cpu-query");
        simulator.tenant().prometheus().requireToken("other");
        check();
        assertProblem("tenant demo", "prometheus", "401", TENANT + "prometheus.token");
    }

    @Test
    void directoriesAndAStoreThatCannotBeWrittenAreTold() throws Exception {
        Path file = Files.writeString(
                folder.resolve("file"), "not a database, but long enough to be taken for one: " + "-".repeat(200));
        values.put("trainwatch.audit.directory", file.resolve("audit").toString());
        values.put("trainwatch.store.url", "jdbc:sqlite:" + file);
        check();
        assertProblem("audit directory", "writable", "cannot be written", "trainwatch.audit.directory");
        assertProblem("store", "opens", "Cannot open the store", "trainwatch.store.url");
        values.put("trainwatch.store.url", "jdbc:sqlite:" + file.resolve("data/store.db"));
        check();
        assertThat(found("store", "opens").status()).isEqualTo(Status.PROBLEM);
    }

    @Test
    void aPortThatIsTakenIsAProblemUnlessTrainwatchItselfListensThere() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.start();
        try {
            values.put("trainwatch.http.port", String.valueOf(other.getAddress().getPort()));
            check();
            assertProblem("http", "port", "cannot listen on 127.0.0.1", "trainwatch.http.host");
            byte[] health = "{\"status\":\"UP\",\"looks\":\"taken\"}".getBytes(StandardCharsets.UTF_8);
            other.createContext("/api/health", exchange -> {
                exchange.sendResponseHeaders(200, health.length);
                exchange.getResponseBody().write(health);
                exchange.close();
            });
            check();
            assertThat(found("http", "port").finding()).startsWith("Trainwatch runs at ");
        } finally {
            other.stop(0);
        }
        values.put("trainwatch.http.enabled", "false");
        check();
        assertThat(found("http", "port").finding()).isEqualTo("off");
    }

    private Map<String, String> usual(TenantApi api) {
        Map<String, String> usual = simulator.properties(Set.of(api), false);
        usual.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("data/store.db"));
        usual.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        usual.put("trainwatch.jobs-directory", folder.resolve("jobs").toString());
        usual.put("trainwatch.http.port", "0");
        return usual;
    }

    private void check() {
        Settings settings = TrainwatchSettings.read(Sources.of(values));
        try (Preflight preflight = Preflight.of(settings, List.of(), InstantSource.system())) {
            checks = preflight.all();
        }
    }

    private Check found(String subject, String what) {
        return checks.stream()
                .filter(check -> check.subject().equals(subject) && check.what().equals(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError(subject + ", " + what + " is not among " + checks));
    }

    private void assertProblem(String subject, String what, String finding, String remedy) {
        Check check = found(subject, what);
        assertThat(check.status()).as("%s", check).isEqualTo(Status.PROBLEM);
        assertThat(check.finding() + " -> " + check.remedy()).contains(finding).contains(remedy);
    }
}
