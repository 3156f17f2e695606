package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.conventions.Situation;
import jakarta.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusMapperTest {

    private static final Validator VALIDATOR =
            StatusReader.shared().validation().getValidator();
    private static final JobKey JOB = new JobKey("acme", "p1", "job-1");
    private final ObjectMapper mapper = StatusReader.newMapper();

    @Test
    void readsADocument() throws Exception {
        JobStatus status = accepted(Statuses.document()).orElseThrow();
        assertThat(status.state()).isEqualTo(TrainingState.RUNNING);
        assertThat(status.progressPercent()).isEqualTo(41.5);
        assertThat(status.metrics()).extracting(Metric::name).containsExactly("loss");
        assertThat(status.resourceUtilization().memoryUsage()).isEqualTo(60);
        assertThat(status.startedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        assertThat(accepted(Statuses.document().replace("{\"job_id\"", "{\"new\":[1,{\"a\":2}],\"job_id\"")))
                .isPresent();
    }

    @Test
    void keepsTheLatestFiftyMetrics() throws Exception {
        String sixty = IntStream.range(0, 60)
                .mapToObj(i -> "{\"timestamp\":\"2026-01-01T00:00:%02d\",\"metric_name\":\"m\",\"value\":%d}"
                        .formatted(59 - i, i))
                .collect(Collectors.joining(",", "[", "]"));
        JobStatus status =
                accepted(Statuses.document().replaceFirst("\\[.*]", sixty)).orElseThrow();
        assertThat(status.metrics()).hasSize(50);
        assertThat(status.truncated()).isEqualTo(10);
        assertThat(status.metrics().get(49).timestamp()).isEqualTo(Instant.parse("2026-01-01T00:00:59Z"));
        assertThat(status.metrics().get(0).timestamp()).isEqualTo(Instant.parse("2026-01-01T00:00:10Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"RUNNING\" | \"PAUSED\"",
                "\"RUNNING\" | \"RUNNING \"",
                "\"RUNNING\" | \" COMPLETED\"",
                "\"RUNNING\" | \"COMPLETED\\u0000\"",
                "\"RUNNING\" | \"\"",
                "\"RUNNING\" | 1",
                "\"RUNNING\" | null",
                "\"RUNNING\" | true",
                "\"RUNNING\" | [\"RUNNING\"]",
                "\"RUNNING\" | {\"is\":\"RUNNING\"}",
                "\"RUNNING\" | NaN",
                "\"job-1\" | 7",
                "\"job-1\" | null",
                "\"job-1\" | \"\"",
                "\"job-1\" | \"job-2\"",
                "\"job-1\" | \"JOB-1\"",
                "\"job-1\" | \"job-1 \"",
                "\"job-1\" | [\"job-1\"]",
                "\"job_id\" | \"id\"",
                "\"state\" | \"status\"",
                "\"state\": | \"state\":\"FAILED\",\"state\":",
                "\"state\": | \"state\":null,\"state\":",
                "\"job_id\": | \"job_id\":\"job-2\",\"job_id\":",
                "null} | null}{}",
                "null} | null} x"
            })
    void refusesWhatCannotBeAboutThisJobsState(String part, String replacement) throws Exception {
        String document = Statuses.document().replaceAll("\\s*\\n\\s*", "");
        assertThat(document).contains(part);
        assertThat(accepted(document.replace(part, replacement))).isEmpty();
    }

    @Situation(of = Situation.Of.TENANTS, when = "The state is `completed`, in lower case", then = "It is read")
    @ParameterizedTest
    @ValueSource(strings = {"completed", "Completed", "COMPLETED"})
    void aStateIsReadInUpperAndLowerCase(String state) throws Exception {
        assertThat(accepted("{\"job_id\":\"job-1\",\"state\":\"" + state + "\"}")
                        .orElseThrow()
                        .state())
                .isEqualTo(TrainingState.COMPLETED);
    }

    @Situation(of = Situation.Of.TENANTS, when = "A status holds `job_id` and `state` alone", then = "It is used")
    @Test
    void jobAndStateAloneMakeAStatus() throws Exception {
        JobStatus status =
                accepted("{\"state\":\"RUNNING\",\"job_id\":\"job-1\"}").orElseThrow();
        assertThat(status.progressPercent()).isNull();
        assertThat(status.metrics()).isEmpty();
        assertThat(status.resourceUtilization()).isEqualTo(ResourceUtilization.UNKNOWN);
        assertThat(status.incomplete()).as("what is absent is no complaint").isEmpty();
    }

    @Test
    void sayingTheSameTwiceIsNoContradiction() throws Exception {
        String twice = Statuses.document()
                .replace("\"state\":", "\"state\":\"RUNNING\",\"progress_percent\":3,\"job_id\":\"job-1\",\"state\":");
        assertThat(accepted(twice).orElseThrow().state()).isEqualTo(TrainingState.RUNNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"COMPLETED\"", "42", "<html>ok</html>", "{}", "\u0000", "{\"job_id\""})
    void refusesWhatIsNoStatus(String document) throws Exception {
        assertThat(accepted(document)).isEmpty();
    }

    @Test
    void refusesDepthAndLengthWithoutHarm() throws Exception {
        assertThat(accepted("[".repeat(100_000))).isEmpty();
        assertThat(accepted("{\"a\":".repeat(100_000))).isEmpty();
        assertThat(accepted(Statuses.document().replace("job-1", "j".repeat(10_000))))
                .isEmpty();
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A field that nobody needs holds 2 million characters",
            then = "The status is used without it")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"log\":\"%s\"",
                "\"%s\":1",
                "\"digits\":1%s",
                "\"tree\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"%s\"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
                "\"lines\":\"a\tb\nc%s\""
            })
    void whatNobodyAsksForIsNoReasonToRefuse(String field) throws Exception {
        String more = field.formatted("1".repeat(2_000_000));
        assertThat(accepted(Statuses.document().replace("{\"job_id\"", "{" + more + ",\"job_id\"")))
                .isPresent();
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A number has a million digits",
            then = "It is missing, and the status is used")
    @Test
    void aNumberOfAnyLengthIsReadInTime() {
        String digits = "1".repeat(1_000_000);
        assertTimeout(Duration.ofSeconds(10), () -> {
            assertThat(mapper.readTree("{\"a\":" + digits + "}").get("a").doubleValue())
                    .isInfinite();
            assertThat(accepted(Statuses.document().replace("41.5", digits))
                            .orElseThrow()
                            .incomplete())
                    .containsEntry("progress_percent", "not a finite number");
        });
    }

    @Situation(of = Situation.Of.TENANTS, when = "`metrics` has 20,000 samples", then = "The latest 50 are kept")
    @Test
    void aListOfAnyLengthHoldsFewSamples() throws Exception {
        String many = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"timestamp\":%d,\"metric_name\":\"m\",\"value\":%d}".formatted(1_767_225_600 + i, i))
                .collect(Collectors.joining(",", "[", "]"));
        JobStatus status =
                accepted(Statuses.document().replaceFirst("\\[.*]", many)).orElseThrow();
        assertThat(status.metrics()).hasSize(50);
        assertThat(status.metrics().get(49).value()).isEqualTo(19_999);
        assertThat(status.truncated()).isEqualTo(19_950);
    }

    @Test
    void refusesADocumentThatIsCutAnywhere() throws Exception {
        String document = Statuses.document();
        for (int length = 0; length < document.length(); length++) {
            assertThat(accepted(document.substring(0, length)))
                    .as("cut after %d", length)
                    .isEmpty();
        }
    }

    @Test
    void refusesTenThousandGeneratedBadDocuments() throws Exception {
        Random random = new Random(20260101);
        for (int i = 0; i < 10_000; i++) {
            BadDocument bad = BadDocument.random(random);
            try {
                assertThat(accepted(bad.text()))
                        .as("%s: %s", bad.how(), bad.text())
                        .isEmpty();
            } catch (Throwable e) {
                fail("document %d (%s) was not refused as it should be: %s", i, bad.how(), e);
            }
        }
    }

    @Test
    void acceptsTenThousandGeneratedGoodDocuments() throws Exception {
        Random random = new Random(20260102);
        TrainingState[] states = TrainingState.values();
        for (int i = 0; i < 10_000; i++) {
            String document = """
                {"extra_%d":%s,"state":"%s","job_id":"job-1","progress_percent":%s,"metrics":[],
                 "resource_utilization":{"memory_usage":%s,"cpu_usage":%s}}""".formatted(
                            random.nextInt(),
                            random.nextBoolean() ? "{\"a\":[1,2]}" : "\"text\"",
                            states[random.nextInt(states.length)],
                            percent(random),
                            percent(random),
                            percent(random));
            assertThat(accepted(document)).as(document).isPresent();
        }
    }

    @Test
    void aBoundedCopyIsPrintableAndSaysHowLongTheOriginalWas() {
        String copy = StatusReader.boundedCopy("a\nb\u0007".repeat(1000).getBytes(StandardCharsets.UTF_8), 14);
        assertThat(copy).isEqualTo("a\\u000ab\\u0007… (4000 bytes)");
    }

    @Test
    void aStatusOfAnotherJobIsNotOurs() {
        JobStatus status = Statuses.of(TrainingState.RUNNING, 1, 1, 1);
        assertThat(status.belongsTo(JOB)).isTrue();
        assertThat(status.belongsTo(new JobKey("acme", "p1", "job-2"))).isFalse();
    }

    @Test
    void aKeyHoldsOnlyWhatAPathReadsAsItIs() {
        assertThatThrownBy(() -> JobKey.parse("p1/../../admin", "acme")).hasMessageContaining("../../admin");
        assertThatThrownBy(() -> JobKey.parse("p1", "acme")).hasMessageContaining("[tenant:]project/job");
        assertThatThrownBy(() -> JobKey.parse("p1/a", null)).hasMessageContaining("names no tenant");
        assertThat(JobKey.parse(" p1/a ", "acme")).hasToString("acme:p1/a");
    }

    private static String percent(Random random) {
        return random.nextBoolean()
                ? Integer.toString(random.nextInt(101))
                : Double.toString(random.nextDouble() * 100);
    }

    /** As the route reads it: parse, validate, and compare the job. Only the documented exceptions are a refusal. */
    private Optional<JobStatus> accepted(String document) throws Exception {
        JobStatus status;
        try {
            status = mapper.readValue(document.getBytes(StandardCharsets.UTF_8), JobStatus.class);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        boolean valid = status != null && VALIDATOR.validate(status).isEmpty() && status.belongsTo(JOB);
        return valid ? Optional.of(status) : Optional.empty();
    }
}
