package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InvalidStatusTest {

    private static final Set<String> STATES = Set.of("QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED");

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        STRICT.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(32)
                        .maxDocumentLength(1024 * 1024)
                        .build());
    }

    @ParameterizedTest
    @EnumSource(InvalidStatus.class)
    void isRefusedByAStrictReader(InvalidStatus variety) throws IOException {
        assertThat(isValid(variety.render(rightStatus()))).isFalse();
    }

    @Test
    void wouldBeValidIfItWereNotSpoiled() throws IOException {
        assertThat(isValid(STRICT.writeValueAsBytes(rightStatus()))).isTrue();
    }

    @Test
    void temptsAReaderWhoLooksAtTheResourcesAlone() throws IOException {
        JsonNode status = STRICT.readTree(InvalidStatus.OTHER_JOB.render(rightStatus()));

        assertThat(status.at("/resource_utilization/cpu_usage").asDouble()).isEqualTo(99.9);
        assertThat(status.get("job_id").asText()).isEqualTo("some-other-job");
    }

    @Test
    void isAsLargeAndAsDeepAsItsNameSays() throws IOException {
        assertThat(InvalidStatus.HUGE_BODY.render(rightStatus()).length).isGreaterThan(3_000_000);
        assertThat(new String(InvalidStatus.DEEP_NESTING.render(rightStatus()))).contains("[".repeat(100_000));
    }

    @Test
    void comesRoundInTurn() {
        int varieties = InvalidStatus.values().length;

        assertThat(IntStream.range(0, varieties).mapToObj(InvalidStatus::inTurn).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(InvalidStatus.class));
        assertThat(InvalidStatus.inTurn(varieties)).isEqualTo(InvalidStatus.inTurn(0));
    }

    @Test
    void isServedInEveryVarietyAndCountsForNothing() {
        assertThatCode(() -> {
                    try (SimulatedTenant tenant = SimulatedTenant.start(TenantOptions.defaults());
                            TenantCaller caller = new TenantCaller(tenant)) {
                        tenant.add(JobScript.of("shop", "intents", Ending.STALLS));
                        tenant.faults().inject(Fault.INVALID_STATUS, 1);
                        caller.signIn();
                        for (InvalidStatus variety : InvalidStatus.values()) {
                            HttpCaller.Reply reply = caller.status("shop", "intents");
                            assertThat(reply.status()).as(variety.name()).isEqualTo(200);
                            assertThat(isValid(reply.body())).as(variety.name()).isFalse();
                        }
                        assertThat(tenant.truth("shop", "intents").maxCpu()).isZero();
                    }
                })
                .doesNotThrowAnyException();
    }

    private static ObjectNode rightStatus() throws IOException {
        SimulatedJob job = new SimulatedJob(JobScript.of("shop", "intents", Ending.STALLS), 1, SettableClock.START);
        return (ObjectNode) STRICT.readTree(StatusJson.render(job, job.look(SettableClock.START.plusSeconds(9))));
    }

    private static boolean isValid(byte[] body) {
        JsonNode status;
        try {
            status = STRICT.readTree(body);
        } catch (IOException e) {
            return false;
        }
        return status.path("job_id").asText().equals("intents")
                && STATES.contains(status.path("state").asText())
                && isPercent(status.path("progress_percent"))
                && isPercent(status.at("/resource_utilization/cpu_usage"))
                && isPercent(status.at("/resource_utilization/memory_usage"))
                && status.path("metrics").isArray()
                && IntStream.range(0, status.path("metrics").size())
                        .allMatch(i -> isPercent(status.path("metrics").get(i).path("value")));
    }

    private static boolean isPercent(JsonNode value) {
        return value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 100;
    }
}
