package io.trainwatch.settings;

import static io.trainwatch.TrainwatchSettings.SCHEMA;
import static io.trainwatch.settings.Given.oneTenantAnd;
import static io.trainwatch.settings.Given.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.api.HttpSettings;
import io.trainwatch.conventions.Situation;
import io.trainwatch.tenant.TenantSettings;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {

    @Test
    void theFirstLayerThatHasAKeyCounts() {
        Source source = Sources.layered(Sources.of(Map.of("a", "1")), Sources.of(Map.of("a", "2", "b", "2")));

        assertThat(source.value("a")).contains("1");
        assertThat(source.value("b")).contains("2");
        assertThat(source.value("c")).isEmpty();
        assertThat(source.names()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theEnvironmentOverridesWhatIsBeneath() {
        Source source = Sources.withEnvironment(
                SCHEMA, Sources.of(Map.of("trainwatch.poll.interval", "1m")), Map.of("TRAINWATCH_POLL_INTERVAL", "2m"));

        assertThat(source.value("trainwatch.poll.interval")).contains("2m");
        assertThat(source.origin("trainwatch.poll.interval")).contains("environment variable TRAINWATCH_POLL_INTERVAL");
    }

    @ParameterizedTest
    @CsvSource({
        "TRAINWATCH_POLL_INTERVAL, trainwatch.poll.interval",
        "TRAINWATCH_JOBS_DIRECTORY, trainwatch.jobs-directory",
        "TRAINWATCH_WEBHOOK_WORKERS, trainwatch.webhook.workers",
        "TRAINWATCH_WEBHOOK_OPS_URL, trainwatch.webhook.ops.url",
        "TRAINWATCH_TENANT_GLOBEX_BASE_URL, trainwatch.tenant.globex.base-url",
        "TRAINWATCH_TENANT_ACME_EU_CLIENT_SECRET, trainwatch.tenant.Acme-eu.client-secret",
        "TRAINWATCH_TENANT_ACME_US_CLIENT_SECRET, trainwatch.tenant.acme_us.client-secret"
    })
    void aVariableStandsForAKey(String variable, String key) {
        Set<String> configured = Set.of("trainwatch.tenant.Acme-eu.base-url", "trainwatch.webhook.Globex.url");

        assertThat(Sources.EnvironmentNames.keyOf(SCHEMA, variable, configured)).contains(key);
    }

    @Test
    void everySettingHasAVariableOfItsOwn() {
        assertThat(SCHEMA.settings()).extracting(Setting::environmentName).doesNotHaveDuplicates();
        assertThat(SCHEMA.settings()).allSatisfy(setting -> {
            String key = setting.key("acme");
            assertThat(Sources.EnvironmentNames.keyOf(SCHEMA, Setting.environmentName(key), Set.of()))
                    .contains(key);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "TRAINWATCH_POLL_INTERVALL, Did you mean TRAINWATCH_POLL_INTERVAL?",
        "TRAINWATCH_TENANT_ACME_CLIENTSECRET, Did you mean TRAINWATCH_TENANT_ACME_CLIENT_SECRET?",
        "TRAINWATCH_TENANT_BASE_URL, Did you mean TRAINWATCH_TENANT_<ALIAS>_BASE_URL?",
        "TRAINWATCH_ZZZ, 'Remove it, or see docs/configuration.md for what there is.'"
    })
    void anUnknownVariableIsAProblem(String variable, String advice) {
        Map<String, String> environment = Map.of(variable, "s3cret");

        assertThat(problems(Sources.withEnvironment(SCHEMA, Sources.of(oneTenantAnd()), environment), "", environment))
                .containsExactly(variable + " (environment): there is no such setting. " + advice);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRAINWATCH_HOME",
                "TRAINWATCH_JAVA_OPTS",
                "TRAINWATCH_LOG_FORMAT",
                "TRAINWATCH_LOG_LEVEL",
                "TRAINWATCH_PROFILE",
                "PATH",
                "trainwatch_x"
            })
    void otherVariablesAreLeftAlone(String variable) {
        Map<String, String> environment = Map.of(variable, "x");

        assertThat(problems(Sources.withEnvironment(SCHEMA, Sources.of(oneTenantAnd()), environment), "", environment))
                .isEmpty();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "Kubernetes sets `TRAINWATCH_PORT=tcp://…` and the like in each pod",
            then = "They are passed over, with one line")
    @ParameterizedTest
    @CsvSource({
        "TRAINWATCH_PORT, tcp://10.0.0.9:8080",
        "TRAINWATCH_PORT_8080_TCP, tcp://10.0.0.9:8080",
        "TRAINWATCH_PORT_8080_TCP_PROTO, tcp",
        "TRAINWATCH_PORT_8080_TCP_ADDR, 10.0.0.9",
        "TRAINWATCH_SERVICE_PORT_WEB_UI, 8080",
        "TRAINWATCH_POSTGRESQL_SERVICE_HOST, 10.0.0.7",
        "TRAINWATCH_POSTGRESQL_SERVICE_PORT, 5432",
        "TRAINWATCH_HTTP_PORT, tcp://10.0.0.9:80",
        "TRAINWATCH_HTTP_PORT, 'udp://[fd00::9]:80'"
    })
    void variablesOfServiceLinksArePassedOverWithOneLine(String variable, String value) {
        Map<String, String> environment = Map.of(variable, value, "TRAINWATCH_SERVICE_HOST", "10.0.0.9");

        Settings settings = Settings.read(
                SCHEMA, Sources.withEnvironment(SCHEMA, Sources.of(oneTenantAnd()), environment), "", environment);

        assertThat(settings.get(HttpSettings.HTTP).port()).isEqualTo(8080);
        assertThat(settings.warnings())
                .filteredOn(line -> line.contains("service links"))
                .singleElement()
                .asString()
                .startsWith("2 environment variables of service links, such as TRAINWATCH_");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A variable `TRAINWATCH_…` is neither a key nor a service link",
            then = "The start is refused, with the nearest key")
    @ParameterizedTest
    @CsvSource({
        "TRAINWATCH_PORT, 8080",
        "TRAINWATCH_SERVICE_PORT, web",
        "TRAINWATCH_POSTGRESQL_HOST, 10.0.0.7",
        "TRAINWATCH_HTTP_PROT, 9090"
    })
    void whatIsNoServiceLinkIsStillRefused(String variable, String value) {
        Map<String, String> environment = Map.of(variable, value);

        assertThat(problems(Sources.withEnvironment(SCHEMA, Sources.of(oneTenantAnd()), environment), "", environment))
                .singleElement()
                .asString()
                .startsWith(variable + " (environment): there is no such setting.");
    }

    @Test
    void aTenantMayBeConfiguredByTheEnvironmentAlone() {
        Map<String, String> environment = Map.of(
                "TRAINWATCH_TENANT_ACME_BASE_URL", "https://tenant.example",
                "TRAINWATCH_TENANT_ACME_CLIENT_ID", "watcher",
                "TRAINWATCH_TENANT_ACME_CLIENT_SECRET", "s3cret");

        Settings settings = Settings.read(
                SCHEMA, Sources.withEnvironment(SCHEMA, Sources.of(Map.of()), environment), "", environment);

        assertThat(settings.get(TenantSettings.TENANTS).get("acme").credentials())
                .isPresent();
    }
}
