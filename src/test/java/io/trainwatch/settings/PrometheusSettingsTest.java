package io.trainwatch.settings;

import static io.trainwatch.settings.Given.oneTenantAnd;
import static io.trainwatch.settings.Given.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.optional.prometheus.PrometheusSettings;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrometheusSettingsTest {

    private static final String PREFIX = "trainwatch.tenant.acme.prometheus.";
    private static final String URL = PREFIX + "url";
    private static final String CPU = PREFIX + "cpu-query";

    @Test
    void aUrlAndOneQueryAreEnough() {
        PrometheusSettings prometheus = settings(
                        oneTenantAnd(URL, "http://127.0.0.1:9090/", CPU, "cpu{job=\"$job\",x=~\"a$\"}"))
                .get(PrometheusSettings.SOURCES)
                .get("acme");

        assertThat(prometheus.url()).isEqualTo(URI.create("http://127.0.0.1:9090"));
        assertThat(prometheus.cpuQuery()).hasValue("cpu{job=\"$job\",x=~\"a$\"}");
        assertThat(prometheus.memoryQuery()).isEmpty();
        assertThat(prometheus.jobLabel()).isEmpty();
        assertThat(prometheus.maxAge()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void withoutAnyKeyThereIsNone() {
        assertThat(settings(oneTenantAnd()).get(PrometheusSettings.SOURCES)).isEmpty();
    }

    @Test
    void aQueryWithoutAUrlAndAUrlWithoutAQueryAreProblems() {
        assertProblem(PREFIX + "url: is missing, though there is a query for it", CPU, "cpu");
        assertProblem(PREFIX + "url: is set, but no query", URL, "http://127.0.0.1:9090");
    }

    @Test
    void aNameThatStandsForNothingIsAProblem() {
        assertProblem("names $jobs, which stands for nothing", URL, "http://127.0.0.1:9090", CPU, "cpu{job=\"$jobs\"}");
        assertProblem(
                "names ${job, which stands for nothing", URL, "http://127.0.0.1:9090", CPU, "cpu{job=\"${job}\"}");
    }

    @Test
    void whatIsNoLabelIsAProblem() {
        assertProblem(
                "is not the name of a label", URL, "http://127.0.0.1:9090", CPU, "c", PREFIX + "job-label", "a-b");
    }

    @Test
    void aTokenIsNotShownAndTravelsUnencryptedOnlyWithAWarning() {
        Settings settings =
                settings(oneTenantAnd(URL, "http://prometheus.example", CPU, "cpu", PREFIX + "token", "top-secret"));

        assertThat(settings.toString()).doesNotContain("top-secret");
        assertThat(settings.effective()).doesNotContainKey(PREFIX + "token");
        assertThat(settings.warnings()).anyMatch(warning -> warning.startsWith(URL + " is plain http"));
        assertThat(settings(oneTenantAnd(URL, "http://prometheus.example", CPU, "cpu"))
                        .warnings())
                .noneMatch(warning -> warning.startsWith(URL));
    }

    private static void assertProblem(String part, String... keysAndValues) {
        assertThatThrownBy(() -> settings(oneTenantAnd(keysAndValues)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(part);
    }
}
