package io.trainwatch.settings;

import static io.trainwatch.TrainwatchSettings.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

    @ParameterizedTest
    @CsvSource({
        "trainwatch.poll.intervall, trainwatch.poll.interval",
        "trainwatch.poll.inetrval, trainwatch.poll.interval",
        "trainwatch.poll-interval, trainwatch.poll.interval",
        "trainwatch.pollInterval, trainwatch.poll.interval",
        "trainwatch.interval, trainwatch.poll.interval",
        "trainwatch.jobsDirectory, trainwatch.jobs-directory",
        "trainwatch.job, trainwatch.jobs",
        "trainwatch.policy.maxCpu, trainwatch.policy.max-cpu",
        "trainwatch.policy.autocancel, trainwatch.policy.auto-cancel",
        "trainwatch.http.prot, trainwatch.http.port",
        "trainwatch.tenant.acme.clientid, trainwatch.tenant.acme.client-id",
        "trainwatch.tenant.acme.clientSecret, trainwatch.tenant.acme.client-secret",
        "trainwatch.tenants.acme.base-url, trainwatch.tenant.acme.base-url",
        "trainwatch.tenant.base-url, trainwatch.tenant.<alias>.base-url",
        "trainwatch.tenant.acme.url, trainwatch.tenant.acme.base-url",
        "trainwatch.webhooks.ops.url, trainwatch.webhook.ops.url",
        "trainwatch.webhook.ops.event, trainwatch.webhook.ops.events"
    })
    void aMistypedKeyIsRecognised(String written, String meant) {
        assertThat(SCHEMA.nearest(written)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trainwatch.", "trainwatch.zzz", "trainwatch.colour.of.the.page", "trainwatch...."})
    void whatResemblesNothingGetsNoGuess(String written) {
        assertThat(SCHEMA.nearest(written)).isEmpty();
    }

    @Test
    void twoSwappedLettersCountOnce() {
        assertThat(Spelling.distance("port", "prot")).isEqualTo(1);
        assertThat(Spelling.distance("port", "ports")).isEqualTo(1);
        assertThat(Spelling.distance("", "ports")).isEqualTo(5);
    }
}
