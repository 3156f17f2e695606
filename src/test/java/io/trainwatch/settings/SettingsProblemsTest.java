package io.trainwatch.settings;

import static io.trainwatch.settings.Given.oneTenantAnd;
import static io.trainwatch.settings.Given.only;
import static io.trainwatch.settings.Given.problems;
import static io.trainwatch.settings.Given.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsProblemsTest {

    private static final String WINDOW = "trainwatch.policy.cpu-window";

    @Test
    void allProblemsAreReportedAtOnceALineEach() {
        assertThat(problems(only(
                        "trainwatch.pol.interval", "15s",
                        "trainwatch.tenant.acme.client-id", "watcher",
                        "trainwatch.poll.interval", "15",
                        "trainwatch.http.host", "0.0.0.0")))
                .containsExactly(
                        "trainwatch.pol.interval: there is no such key. Did you mean trainwatch.poll.interval?",
                        "trainwatch.tenant.acme.base-url: is missing, though other keys of 'acme' are set. Set it.",
                        "trainwatch.tenant.acme.client-secret: is missing, though trainwatch.tenant.acme.client-id"
                                + " is set. Set both, or neither.",
                        "trainwatch.poll.interval: '15' has no unit. Write 15s for seconds, 15ms for milliseconds,"
                                + " or use m, h or d.",
                        "trainwatch.http.token: is missing, though other machines reach '0.0.0.0'. Set it, or set"
                                + " trainwatch.http.host=127.0.0.1.");
    }

    @Test
    void aProblemNamesTheLineInTheFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("my.properties"), """
                # the tenant
                trainwatch.tenant.acme.base-url = https://tenant.example
                trainwatch.poll.workers = many
                """);

        assertThat(problems(Sources.file(file), "", Map.of()))
                .containsExactly("trainwatch.poll.workers (my.properties line 3): 'many' is not a whole number."
                        + " Write one from 1 to 1000.");
    }

    @Test
    void withoutATenantThereIsNothingToWatch() {
        assertThat(problems(only("trainwatch.jobs", "shop/nightly")))
                .containsExactly("trainwatch.tenant.<alias>.base-url: no tenant is configured. Set it, for instance"
                        + " trainwatch.tenant.acme.base-url=https://tenant.example/api/v2");
    }

    @Test
    void anotherApiIsRefusedWithThoseThatAreKnown() {
        assertThat(problems(oneTenantAnd("trainwatch.tenant.acme.api", "soap")))
                .containsExactly("trainwatch.tenant.acme.api: 'soap' is not known. Known: training, tasks.");
    }

    @Test
    void theFormOfAuditLinesThatIsGoneIsRefusedInWords() {
        assertThat(problems(oneTenantAnd("trainwatch.audit.format", "plain"))).isEmpty();
        assertThat(problems(oneTenantAnd("trainwatch.audit.format", "ecs")))
                .containsExactly(
                        "trainwatch.audit.format: 'ecs' is not written any more. Remove the key, and rename the"
                                + " members where lines are shipped; docs/audit.md has the names. Lines that were written so can"
                                + " still be verified, explained and proven.");
        assertThat(problems(oneTenantAnd("trainwatch.audit.format", "xml")))
                .containsExactly("trainwatch.audit.format: 'xml' is not known. Remove the key.");
    }

    @Test
    void aReceiversUrlIsNotShownSinceItsPathMayBeASecret() {
        for (String wrong : List.of(
                "htps://hooks.example/services/T0/canary",
                "hooks.example/canary",
                "https://hooks.example/canary#x",
                "https:/hooks.example/canary",
                "https://hooks.example:99999/canary")) {
            assertThat(problems(oneTenantAnd("trainwatch.webhook.ops.url", wrong)))
                    .as(wrong)
                    .singleElement()
                    .asString()
                    .startsWith("trainwatch.webhook.ops.url: the value ")
                    .doesNotContain("canary");
        }
    }

    @Test
    void aClientSecretNeedsItsClient() {
        assertThat(problems(oneTenantAnd("trainwatch.tenant.acme.client-secret", "s3cret")))
                .containsExactly("trainwatch.tenant.acme.client-id: is missing, though"
                        + " trainwatch.tenant.acme.client-secret is set. Set both, or neither.");
    }

    @Test
    void aJobNeedsAConfiguredTenant() {
        assertThat(problems(oneTenantAnd("trainwatch.jobs", "shop/nightly, globex:shop/nightly")))
                .containsExactly("trainwatch.jobs: 'globex:shop/nightly' names a tenant that is not configured."
                        + " Configured: acme.");
    }

    @Test
    void aJobNamesItsTenantWhereThereAreTwo() {
        assertThat(problems(oneTenantAnd(
                        "trainwatch.tenant.globex.base-url", "https://globex.example",
                        "trainwatch.jobs", "shop/nightly")))
                .singleElement()
                .asString()
                .startsWith("trainwatch.jobs: 'shop/nightly' names no tenant, and there is more than one");
    }

    @ParameterizedTest
    @CsvSource({"nightly, is not of the form", "shop/../admin, is not an id", "shop/, is not an id"})
    void aJobIsAProjectAndAnId(String job, String what) {
        assertThat(problems(oneTenantAnd("trainwatch.jobs", job)))
                .singleElement()
                .asString()
                .contains(what);
    }

    @Test
    void aWebhookNeedsItsUrlOrAnEndpoint() {
        assertThat(problems(oneTenantAnd("trainwatch.webhook.ops.events", "all")))
                .containsExactly(
                        "trainwatch.webhook.ops.url: is missing, though other keys of 'ops' are set. Set it, or"
                                + " trainwatch.webhook.ops.endpoint.");
        assertThat(problems(oneTenantAnd(
                        "trainwatch.webhook.ops.url", "https://ops.example",
                        "trainwatch.webhook.ops.endpoint", "direct:mine")))
                .containsExactly(
                        "trainwatch.webhook.ops.url: is set beside trainwatch.webhook.ops.endpoint. Keep one of them.");
    }

    @Test
    void anEventThatDoesNotExistCannotBeAskedFor() {
        assertThat(problems(oneTenantAnd(
                        "trainwatch.webhook.ops.url", "https://ops.example",
                        "trainwatch.webhook.ops.events", "job.failed, job.finished")))
                .singleElement()
                .asString()
                .contains("names 'job.finished', which is not known. Known: all, job.completed, ");
    }

    @Test
    void namesThatLookTheSameInCapitalsAreRefused() {
        assertThat(problems(oneTenantAnd(
                        "trainwatch.webhook.on-call.url", "https://a.example",
                        "trainwatch.webhook.On_Call.url", "https://b.example")))
                .containsExactly("trainwatch.webhook.On_Call.url: the names 'on-call' and 'On_Call' differ in case,"
                        + " '-' or '_' only. Rename one: an environment variable could not tell them apart.");
    }

    @Test
    void aNameHasNoDots() {
        assertThat(problems(oneTenantAnd("trainwatch.tenant.acme.eu.base-url", "https://eu.example")))
                .containsExactly("trainwatch.tenant.acme.eu.base-url: the name 'acme.eu' is not allowed."
                        + " Take 1 to 64 letters, digits, '_' or '-'.");
    }

    @Test
    void anEmptyValueIsNotTakenForTheDefault() {
        assertThat(problems(oneTenantAnd("trainwatch.poll.interval", " ")))
                .containsExactly("trainwatch.poll.interval: the value is empty. Give it a value, or remove the key.");
    }

    @ParameterizedTest
    @CsvSource({
        "trainwatch.tenant.acme.base-url, https://watcher:s3cret@tenant.example",
        "trainwatch.tenant.acme.base-url, https://tenant.example?key=s3cret",
        "trainwatch.tenant.acme.base-url, 'https://watcher:s3cret @tenant.example'",
        "trainwatch.webhook.ops.secret, s3cret",
        "trainwatch.http.token, 's3cret '",
        "trainwatch.store.url, jdbc:postgresql://db/trainwatch?user=u&password=s3cret",
        "trainwatch.store.url, jdbc:postgresql://u:s3cret@db/trainwatch"
    })
    void aProblemNeverShowsASecret(String key, String value) {
        assertThat(problems(oneTenantAnd("trainwatch.webhook.ops.url", "https://ops.example", key, value)))
                .singleElement()
                .asString()
                .startsWith(key)
                .contains("the value ")
                .doesNotContain("s3cret");
    }

    @Test
    void aSecretUnderTheWrongKeyIsNotShownWhereAPlaceholderBroughtIt() {
        Source source = Sources.of(oneTenantAnd("trainwatch.poll.interval", "{{env:TOKEN}}"));

        assertThat(problems(source, "", Map.of("TOKEN", "s3cret")))
                .containsExactly("trainwatch.poll.interval: the value is not a duration. Write a number with a unit,"
                        + " such as 250ms, 15s, 2m, 1h or 7d.");
    }

    @Test
    void aProblemStaysOnItsLine() {
        assertThat(problems(oneTenantAnd("trainwatch.poll.tick", "a\nb"))).hasSize(1);
        assertThat(problems(oneTenantAnd("trainwatch.x\ny", "a"))).hasSize(1);
    }

    @Test
    void keysOfOthersAreNoneOfOurBusiness() {
        assertThat(problems(oneTenantAnd("camel.main.name", "x", "trainwatcher.poll", "y")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://db:5432/trainwatch?ssl=true", "jdbc:sqlite:/home/me@work/x.db"})
    void theStoreIsSqliteOrPostgresql(String url) {
        assertThat(problems(oneTenantAnd("trainwatch.store.url", url))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:mem:x, is not the JDBC URL of a database that can be used",
        "jdbc:sqlite:, is not the JDBC URL of a database that can be used",
        "jdbc:postgresql://db/t?PASSWORD=x, the value carries a user name or a password"
    })
    void anotherStoreIsAProblem(String url, String what) {
        assertThat(problems(oneTenantAnd("trainwatch.store.url", url)))
                .singleElement()
                .asString()
                .contains(what);
    }

    @Test
    void severalSigningKeysOfBothKindsMayBeActive() {
        assertThat(signingKey(key("whsec_", 24) + ", " + key("whsec_", 64) + "\n" + key("whsk_", 32) + " "
                        + key("whsk_", 64)))
                .isEmpty();
    }

    @Test
    void anotherTextIsNoSigningKeyAndIsNotShown() {
        for (String wrong : List.of(
                ",,", key("whsec_", 23), key("whsec_", 65), key("", 32), key("whsk_", 31), "whsec_not base64")) {
            assertThat(signingKey(wrong))
                    .as(wrong)
                    .singleElement()
                    .asString()
                    .startsWith("trainwatch.webhook.ops.secret: the value ")
                    .doesNotContain(wrong);
        }
    }

    private static List<String> signingKey(String text) {
        return problems(oneTenantAnd(
                "trainwatch.webhook.ops.url", "https://ops.example", "trainwatch.webhook.ops.secret", text));
    }

    private static String key(String prefix, int bytes) {
        return prefix + Base64.getEncoder().encodeToString(new byte[bytes]);
    }

    @ParameterizedTest
    @CsvSource({
        "1 of 1, 1 of 1",
        "4 of 5, 4 of 5",
        "180s, 3m",
        "cusum, cusum",
        "cancel cusum  late, cusum late",
        "warn 3m, warn 3m",
        "'cancel 4 of 5, warn cusum early', 'warn cusum early, cancel 4 of 5'"
    })
    void aWindowIsACountATimeOrASum(String text, String written) {
        assertThat(settings(oneTenantAnd(WINDOW, text)).effective()).containsEntry(WINDOW, written);
    }

    @ParameterizedTest
    @CsvSource({
        "three, is none of '4 of 5'",
        "'3m, cancel 4m', gives two windows for one thing",
        "5 of 4, is not 'M of N' with 1 <= M <= N <= 64",
        "0s, is not a time in whole seconds of at most 168h"
    })
    void anotherTextIsNoWindow(String text, String what) {
        assertThat(problems(oneTenantAnd(WINDOW, text)))
                .singleElement()
                .asString()
                .contains(what);
    }
}
