package io.trainwatch.settings;

import static io.trainwatch.settings.Given.oneTenantAnd;
import static io.trainwatch.settings.Given.only;
import static io.trainwatch.settings.Given.problems;
import static io.trainwatch.settings.Given.settings;
import static io.trainwatch.tenant.TenantSettings.TENANTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.audit.TestOptions;
import io.trainwatch.http.RequestSettings;
import io.trainwatch.http.TlsFiles;
import io.trainwatch.job.JobKey;
import io.trainwatch.optional.discovery.DiscoverySettings;
import io.trainwatch.optional.prometheus.PrometheusSettings;
import io.trainwatch.rules.PolicySettings;
import io.trainwatch.rules.Windows;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.tenant.ApiName;
import io.trainwatch.tenant.ClientAuth;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.JobsSettings;
import io.trainwatch.watch.PollSettings;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.WebhookSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    private static final String SIGNING_KEY = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    @Test
    void theBaseUrlOfOneTenantIsEnough() {
        Settings settings = settings(oneTenantAnd());

        assertThat(settings.get(TENANTS))
                .containsOnly(Map.entry(
                        "acme",
                        new TenantSettings(
                                "acme",
                                URI.create("https://tenant.example/api/v2"),
                                ApiName.TRAINING,
                                "/new/v2.0",
                                Optional.empty(),
                                Optional.empty(),
                                OptionalDouble.empty(),
                                OptionalInt.empty(),
                                new TlsFiles(
                                        "trainwatch.tenant.acme.",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))));
        assertThat(settings.get(WebhookSettings.WEBHOOKS)).isEmpty();
        assertThat(settings.get(DiscoverySettings.DISCOVERIES)).isEmpty();
        assertThat(settings.get(PrometheusSettings.SOURCES)).isEmpty();
        assertThat(settings.get(JobsSettings.JOBS)).isEmpty();
        assertThat(settings.get(JobsSettings.DIRECTORY)).isEqualTo(Path.of("jobs"));
        assertThat(settings.get(PollSettings.INTERVAL)).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.get(PollSettings.LIST_INTERVAL)).isEqualTo(Duration.ofMillis(3_500));
        assertThat(settings.get(PollSettings.WORKERS)).isEqualTo(32);
        assertThat(settings.get(PollSettings.LEASE)).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.get(PollSettings.UNREACHABLE_AFTER)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.get(PollSettings.CONFIRM_AFTER)).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.get(RequestSettings.CONNECT_TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.get(RequestSettings.TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.get(RequestSettings.MAX_RESPONSE)).isEqualTo(1_048_576);
        assertThat(settings.get(PolicySettings.POLICY))
                .isEqualTo(new PolicySettings(
                        true,
                        95,
                        Windows.DEFAULT,
                        90,
                        Windows.DEFAULT,
                        Optional.empty(),
                        Duration.ofMinutes(5),
                        false,
                        Duration.ofMinutes(5),
                        Path.of("policies"),
                        100));
        assertThat(settings.get(WebhookSettings.MAX_UNDER_WAY)).isEqualTo(200);
        assertThat(settings.get(WebhookSettings.RETENTION)).isEqualTo(Duration.ofDays(90));
        assertThat(settings.get(AuditOptions.AUDIT)).isEqualTo(TestOptions.in(Path.of("audit")));
        assertThat(settings.get(AuditOptions.STATUS_CHECKS)).isEqualTo(StatusChecks.CHANGES);
        assertThat(settings.get(StoreSettings.STORE))
                .isEqualTo(new StoreSettings("jdbc:sqlite:data/trainwatch.db", Optional.empty(), Optional.empty()));
        assertThat(settings.get(HttpSettings.HTTP))
                .isEqualTo(new HttpSettings(true, "127.0.0.1", 8080, Optional.empty(), Optional.empty()));
        assertThat(settings.get(TrainwatchSettings.ROUTES_DIRECTORY)).isEqualTo(Path.of("routes"));
        assertThat(settings.get(TrainwatchSettings.NODE)).isNotBlank();
        assertThat(settings.get(TrainwatchSettings.WATCH_DRAIN)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void credentialsFetchTheirTokenBelowTheBaseUrl() {
        Settings settings = settings(oneTenantAnd(
                "trainwatch.tenant.acme.base-url", "https://tenant.example/api/v2/",
                "trainwatch.tenant.acme.client-id", "watcher",
                "trainwatch.tenant.acme.client-secret", "s3cret"));

        assertThat(settings.get(TENANTS).get("acme").credentials())
                .contains(new TenantSettings.ClientCredentials(
                        URI.create("https://tenant.example/api/v2/oauth/token"),
                        "watcher",
                        Secret.of("s3cret"),
                        "ai:training:read ai:training:write",
                        ClientAuth.AUTO,
                        List.of()));
    }

    @Test
    void aTenantMayHaveItsOwnTokenUrlScopesAndLimit() {
        Settings settings = settings(oneTenantAnd(
                "trainwatch.tenant.acme.client-id", "watcher",
                "trainwatch.tenant.acme.client-secret", "s3cret",
                "trainwatch.tenant.acme.token-url", "https://login.example/token",
                "trainwatch.tenant.acme.scopes", "ai:training:read   other",
                "trainwatch.tenant.acme.max-requests-per-second", "2.5"));

        TenantSettings acme = settings.get(TENANTS).get("acme");
        assertThat(acme.credentials().orElseThrow().tokenUrl()).hasToString("https://login.example/token");
        assertThat(acme.credentials().orElseThrow().scopes()).isEqualTo("ai:training:read other");
        assertThat(acme.maxRequestsPerSecond()).hasValue(2.5);
    }

    @Test
    void aJobThatNamesNoTenantTakesTheOnlyOne() {
        Settings settings = settings(oneTenantAnd("trainwatch.jobs", "shop/nightly, acme:shop/weekly, shop/nightly"));

        assertThat(settings.get(JobsSettings.JOBS))
                .containsExactly(new JobKey("acme", "shop", "nightly"), new JobKey("acme", "shop", "weekly"));
    }

    @Test
    void noJobsMayBeWrittenAsNothing() {
        assertThat(settings(oneTenantAnd("trainwatch.jobs", "")).get(JobsSettings.JOBS))
                .isEmpty();
    }

    @Test
    void aWebhookGetsEveryEventUnlessItChooses() {
        Settings settings = settings(oneTenantAnd(
                "trainwatch.webhook.ops.url", "https://ops.example/hook",
                "trainwatch.webhook.mlops.url", "https://mlops.example/hook",
                "trainwatch.webhook.mlops.secret", SIGNING_KEY,
                "trainwatch.webhook.mlops.events", "job.failed, job.cancelled"));

        WebhookSettings ops = settings.get(WebhookSettings.WEBHOOKS).get("ops");
        WebhookSettings mlops = settings.get(WebhookSettings.WEBHOOKS).get("mlops");
        assertThat(ops.target().events())
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(EventType.TEST)));
        assertThat(ops.target().signature()).isEmpty();
        assertThat(mlops.target().events()).containsExactlyInAnyOrder(EventType.JOB_FAILED, EventType.JOB_CANCELLED);
        assertThat(mlops.target().signature()).isPresent();
        assertThat(mlops.callee().secrets()).contains(SIGNING_KEY, "/hook");
    }

    @Test
    void aTemplateThatCannotBeUsedIsAProblemLikeOthers() throws Exception {
        Path template = Files.writeString(folder.resolve("t.json"), "{\"a\": ${nothing}}");
        assertThat(problems(oneTenantAnd(
                        "trainwatch.webhook.ops.url", "https://ops.example/hook",
                        "trainwatch.webhook.ops.template", template.toString(),
                        "trainwatch.poll.tick", "1")))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("trainwatch.webhook.ops.template: ") && line.contains("t.json"));
    }

    @Test
    void theServerMayBeReachedFromOutsideWithATokenOrNotListenAtAll() {
        assertThat(settings(oneTenantAnd("trainwatch.http.host", "0.0.0.0", "trainwatch.http.token", "t0ken"))
                        .get(HttpSettings.HTTP)
                        .host())
                .isEqualTo("0.0.0.0");
        assertThat(settings(oneTenantAnd("trainwatch.http.host", "0.0.0.0", "trainwatch.http.enabled", "false"))
                        .get(HttpSettings.HTTP)
                        .enabled())
                .isFalse();
        assertThat(settings(oneTenantAnd("trainwatch.http.host", "[::1]"))
                        .get(HttpSettings.HTTP)
                        .host())
                .isEqualTo("::1");
    }

    @Test
    void noSecretShowsWhenTheSettingsArePrinted() {
        Settings settings = settings(oneTenantAnd(
                "trainwatch.tenant.acme.client-id", "watcher",
                "trainwatch.tenant.acme.client-secret", "s3cret",
                "trainwatch.store.url", "jdbc:postgresql://db/trainwatch",
                "trainwatch.store.password", "passw0rd",
                "trainwatch.http.token", "t0ken",
                "trainwatch.webhook.ops.url", "https://ops.example/hook",
                "trainwatch.webhook.ops.secret", SIGNING_KEY));

        assertThat(settings.toString()).contains("watcher").doesNotContain("s3cret", "passw0rd", "t0ken", SIGNING_KEY);
        assertThat(settings.effective().toString()).doesNotContain("s3cret", "passw0rd", "t0ken", SIGNING_KEY);
    }

    @Test
    void placeholdersInRoutesGetEveryValueAsCamelTakesIt() {
        Map<String, String> effective = settings(
                        oneTenantAnd("trainwatch.poll.tick", "PT0.5S", "trainwatch.node", "n1"))
                .effective();

        assertThat(effective)
                .containsEntry("trainwatch.poll.tick", "500")
                .containsEntry("trainwatch.poll.interval", "15000")
                .containsEntry("trainwatch.request.max-response", "1048576")
                .containsEntry("trainwatch.policy.max-cpu", "95")
                .containsEntry("trainwatch.policy.auto-cancel", "true")
                .containsEntry("trainwatch.audit.status-checks", "changes")
                .containsEntry("trainwatch.jobs", "")
                .containsEntry("trainwatch.node", "n1")
                .containsEntry("trainwatch.tenant.acme.token-url", "https://tenant.example/api/v2/oauth/token")
                .doesNotContainKey("trainwatch.http.token");
    }

    @Test
    void everySettingWithADefaultIsAPlaceholder() {
        Map<String, String> effective = settings(oneTenantAnd()).effective();

        assertThat(TrainwatchSettings.SCHEMA.settings())
                .filteredOn(setting -> setting.defaultText().isPresent())
                .filteredOn(setting -> !setting.kind().equals("webhook"))
                .allSatisfy(setting -> assertThat(effective).containsKey(setting.key("acme")));
    }

    @Test
    void whatIsAllowedButSeldomMeantIsAWarning() {
        assertThat(settings(oneTenantAnd(
                                "trainwatch.tenant.acme.base-url", "http://tenant.example",
                                "trainwatch.tenant.acme.client-id", "watcher",
                                "trainwatch.tenant.acme.client-secret", "s3cret",
                                "trainwatch.webhook.ops.url", "http://127.0.0.1:9000/hook"))
                        .warnings())
                .containsExactly("trainwatch.tenant.acme.base-url is plain http to another machine:"
                        + " jobs, secrets and tokens travel unencrypted.");
        assertThat(settings(oneTenantAnd()).warnings())
                .containsExactly(
                        "trainwatch.tenant.acme.client-id is not set: the tenant is called without a token. Set it"
                                + " and trainwatch.tenant.acme.client-secret, or trainwatch.tenant.acme.api-key.");
    }

    @Test
    void anApiThatOthersReachAndATokenThatCanBeGuessedAreWarnedOf() {
        assertThat(httpWarnings("0.0.0.0", "0123456789abcdef"))
                .singleElement()
                .asString()
                .startsWith("trainwatch.http.host is 0.0.0.0, and the API is plain http");
        assertThat(httpWarnings("127.0.0.1", "0123456789abcde"))
                .singleElement()
                .asString()
                .startsWith("trainwatch.http.token has fewer than 16 characters")
                .doesNotContain("0123456789abcde");
        assertThat(httpWarnings("::1", "0123456789abcdef")).isEmpty();
    }

    private static List<String> httpWarnings(String host, String token) {
        return warnings("trainwatch.http.host", host, "trainwatch.http.token", token);
    }

    @Test
    void aConnectionToPostgresqlThatMayBePlainTextIsWarnedOf() {
        for (String plain : List.of(
                "//db.example/t",
                "//db.example:5432/t?sslmode=prefer",
                "//127.0.0.1,db.example/t",
                "//db.example/t?ssl=false",
                "//[2001:db8::1]:5432/t?sslmode=allow")) {
            assertThat(warnings("trainwatch.store.url", "jdbc:postgresql:" + plain))
                    .as(plain)
                    .singleElement()
                    .asString()
                    .contains("sslmode=verify-full");
        }
        for (String fine : List.of(
                "//db.example/t?sslmode=verify-full",
                "//db.example/t?a=b&sslmode=require&c=d",
                "t",
                "//localhost:5432/t",
                "///t",
                "//[::1]:5432/t",
                "//db.example/t?ssl=true",
                "//127.0.0.1:1,localhost/t")) {
            assertThat(warnings("trainwatch.store.url", "jdbc:postgresql:" + fine))
                    .as(fine)
                    .isEmpty();
        }
    }

    /** Those that are not about the tenant. */
    private static List<String> warnings(String... keysAndValues) {
        return settings(oneTenantAnd(keysAndValues)).warnings().stream()
                .filter(warning -> !warning.startsWith("trainwatch.tenant."))
                .toList();
    }

    @Test
    void theCollectionsCannotBeChanged() {
        Settings settings = settings(oneTenantAnd());

        assertThatThrownBy(() -> settings.get(TENANTS).clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> settings.effective().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aTasksTenantHasItsOwnTokenEndpointAndAsksForNoScopes() {
        Settings settings = settings(oneTenantAnd(
                "trainwatch.tenant.acme.api", "tasks",
                "trainwatch.tenant.acme.client-id", "id",
                "trainwatch.tenant.acme.client-secret", "secret"));
        TenantSettings.ClientCredentials client =
                settings.get(TENANTS).get("acme").credentials().orElseThrow();
        assertThat(client.tokenUrl()).isEqualTo(URI.create("https://tenant.example/api/v2/auth/oauth2/token"));
        assertThat(client.scopes()).isEmpty();
    }

    @Test
    void anApiKeyTakesThePlaceOfAnOauthClient() {
        Settings settings =
                settings(oneTenantAnd("trainwatch.tenant.acme.api", "tasks", "trainwatch.tenant.acme.api-key", "key"));
        assertThat(settings.get(TENANTS).get("acme").apiKey()).isPresent();
        assertThat(settings.warnings()).isEmpty();
        assertThat(problems(oneTenantAnd("trainwatch.tenant.acme.api-key", "key")))
                .anyMatch(line -> line.contains("api-key") && line.contains("is for the tasks API"));
    }

    @Test
    void hostsOfCognigyHaveTheirPublishedLimitUnlessAnotherIsGiven() {
        String base = "trainwatch.tenant.acme.base-url";
        assertThat(maxRequests(base, "https://api-trial.cognigy.ai")).hasValue(2.5);
        assertThat(maxRequests(base, "https://api-acme.cognigy.cloud")).hasValue(2.5);
        assertThat(maxRequests(base, "https://cognigy.ai.example")).isEmpty();
        assertThat(maxRequests(
                        base, "https://api-trial.cognigy.ai", "trainwatch.tenant.acme.max-requests-per-second", "10"))
                .hasValue(10);
    }

    @Test
    void discoveryNamesProjectsOrAllOfThem() {
        DiscoverySettings discovery = settings(oneTenantAnd(
                        "trainwatch.tenant.acme.api", "tasks",
                        "trainwatch.tenant.acme.api-key", "key",
                        "trainwatch.tenant.acme.discover", "p1, p2"))
                .get(DiscoverySettings.DISCOVERIES)
                .get("acme");
        assertThat(discovery.projects()).containsExactlyInAnyOrder("p1", "p2");
        assertThat(discovery.allProjects()).isFalse();
        assertThat(discovery.tasks()).contains("trainIntents");
        assertThat(discovery.allTasks()).isFalse();
        assertThat(problems(oneTenantAnd("trainwatch.tenant.acme.discover", "p1")))
                .anyMatch(line -> line.contains("discover") && line.contains("is for the tasks API"));
    }

    private static OptionalDouble maxRequests(String... keysAndValues) {
        return settings(only(keysAndValues)).get(TENANTS).get("acme").maxRequestsPerSecond();
    }
}
