package io.trainwatch.settings;

import static io.trainwatch.TrainwatchSettings.SCHEMA;
import static io.trainwatch.settings.Given.oneTenantAnd;
import static io.trainwatch.settings.Given.problems;
import static io.trainwatch.settings.Given.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.optional.prometheus.PrometheusSettings;
import io.trainwatch.tenant.ClientAuth;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.webhook.WebhookSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSettingsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "http://stack_ai-service:8080/api, stack_ai-service, 8080",
        "http://_x, _x, -1",
        "https://a_b.example/api, a_b.example, -1",
        "https://tenant.example:8443, tenant.example, 8443",
        "http://[::1]:80/, [::1], 80",
    })
    void aHostMayHaveAnUnderscore(String url, String host, int port) {
        URI read = settings(oneTenantAnd(
                        "trainwatch.tenant.acme.base-url", url,
                        "trainwatch.webhook.ops.url", url,
                        "trainwatch.tenant.acme.prometheus.url", url,
                        "trainwatch.tenant.acme.prometheus.cpu-query", "up"))
                .get(WebhookSettings.WEBHOOKS)
                .get("ops")
                .target()
                .url();
        assertThat(Addresses.hostOf(read)).isEqualTo(host);
        assertThat(Addresses.portOf(read)).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a_b:99999/", "http://a_b:x/", "http:///a_b", "http://a_b c/", "http://us_er@a_b/"})
    void whatIsNoHostStaysNone(String url) {
        assertThat(problems(oneTenantAnd("trainwatch.webhook.ops.url", url))).isNotEmpty();
    }

    @Test
    void aProxyIsReadWithItsUser() {
        ProxySettings proxy = settings(oneTenantAnd(
                        "trainwatch.proxy", "http://me:p%40ss+w@proxy.example:3128/",
                        "trainwatch.no-proxy", "localhost, .example"))
                .get(ProxySettings.PROXIES);
        ProxySettings.User user = new ProxySettings.User("me", Optional.of(Secret.of("p@ss+w")));
        assertThat(proxy.forHttp())
                .contains(new ProxySettings.Proxy("proxy.example", 3128, Optional.of(user)))
                .isEqualTo(proxy.forHttps());
        assertThat(proxy.noProxy()).containsExactly("localhost", ".example");
        assertThat(proxy.toString()).doesNotContain("p@ss");
    }

    @Test
    void aProxyThatIsNoneIsAProblemThatDoesNotShowItsPassword() {
        assertThat(problems(oneTenantAnd("trainwatch.proxy", "socks5://me:passw0rd@proxy.example:1080")))
                .singleElement()
                .asString()
                .contains("trainwatch.proxy", "no address of an HTTP proxy")
                .doesNotContain("passw0rd");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "`HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are set",
            then = "They count unless `trainwatch.proxy` and `trainwatch.no-proxy` are set")
    @Test
    void whatTheEnvironmentNamesIsUsedUnlessItIsSet() {
        Map<String, String> environment =
                Map.of("HTTPS_PROXY", "secure.example:1", "http_proxy", "http://plain.example:2", "NO_PROXY", "a,b c");
        ProxySettings usual = Settings.read(SCHEMA, Sources.of(oneTenantAnd()), "", environment)
                .get(ProxySettings.PROXIES);
        assertThat(usual.forHttps().orElseThrow().host()).isEqualTo("secure.example");
        assertThat(usual.forHttp().orElseThrow().port()).isEqualTo(2);
        assertThat(usual.noProxy()).containsExactly("a", "b", "c");
        ProxySettings set = Settings.read(
                        SCHEMA,
                        Sources.of(oneTenantAnd("trainwatch.proxy", "http://own.example:3", "trainwatch.no-proxy", "")),
                        "",
                        environment)
                .get(ProxySettings.PROXIES);
        assertThat(set.forHttps()).isEqualTo(set.forHttp());
        assertThat(set.noProxy()).isEmpty();
    }

    @Test
    void aProxyOfTheEnvironmentThatCannotBeUsedIsOneWarning() {
        Settings settings = Settings.read(
                SCHEMA,
                Sources.of(oneTenantAnd()),
                "",
                Map.of("HTTPS_PROXY", "socks5h://me:passw0rd@proxy.example:1080"));
        assertThat(settings.get(ProxySettings.PROXIES).forHttps()).isEmpty();
        assertThat(settings.warnings())
                .filteredOn(warning -> warning.contains("HTTPS_PROXY"))
                .singleElement()
                .asString()
                .doesNotContain("passw0rd");
    }

    @Test
    void certificatesOfATenantAndOfItsPrometheusAreToldApart() throws Exception {
        Path one = Files.writeString(folder.resolve("one"), "x");
        Path two = Files.writeString(folder.resolve("two"), "x");
        Map<String, String> properties = oneTenantAnd(
                "trainwatch.tenant.acme.truststore", one.toString(),
                "trainwatch.tenant.acme.prometheus.url", "http://prometheus",
                "trainwatch.tenant.acme.prometheus.cpu-query", "up");
        Source environment = Sources.withEnvironment(
                SCHEMA,
                Sources.of(properties),
                Map.of(
                        "TRAINWATCH_TENANT_ACME_PROMETHEUS_TRUSTSTORE", two.toString(),
                        "TRAINWATCH_TENANT_ACME_CLIENT_CERTIFICATE", two.toString()));
        Settings settings = Settings.read(SCHEMA, environment, "", Map.of());
        assertThat(settings.get(TenantSettings.TENANTS).get("acme").tls().files())
                .containsExactly(one, two);
        assertThat(settings.get(PrometheusSettings.SOURCES).get("acme").tls().files())
                .containsExactly(two);
    }

    @Test
    void furtherFieldsOfTheFormAreReadAndTheUsualOnesRefused() {
        assertThat(settings(oneTenantAnd(
                                "trainwatch.tenant.acme.client-id", "c",
                                "trainwatch.tenant.acme.client-secret", "s3cret",
                                "trainwatch.tenant.acme.client-auth", "basic",
                                "trainwatch.tenant.acme.token-url", "https://login.example/token/?v=1",
                                "trainwatch.tenant.acme.token-params",
                                        "audience=https://a/?b=c; resource=x;resource=y"))
                        .get(TenantSettings.TENANTS)
                        .get("acme")
                        .credentials())
                .contains(new TenantSettings.ClientCredentials(
                        URI.create("https://login.example/token/?v=1"),
                        "c",
                        Secret.of("s3cret"),
                        "ai:training:read ai:training:write",
                        ClientAuth.BASIC,
                        List.of(
                                Map.entry("audience", "https://a/?b=c"),
                                Map.entry("resource", "x"),
                                Map.entry("resource", "y"))));
        for (String wrong : List.of("audience", "client_secret=x", "grant_type=password", "=x")) {
            assertThat(problems(oneTenantAnd("trainwatch.tenant.acme.token-params", wrong)))
                    .as(wrong)
                    .isNotEmpty();
        }
    }
}
