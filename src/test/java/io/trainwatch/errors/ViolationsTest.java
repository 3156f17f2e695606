package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.StatusReader;
import io.trainwatch.tenant.Task;
import io.trainwatch.tenant.TaskPage;
import java.time.Instant;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.component.bean.validator.BeanValidationException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who reads what is wrong with a status has the tenant's document before them, and not our classes. */
class ViolationsTest {

    private static final StatusReader READER = StatusReader.shared();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <html>                                | not a readable document: Unexpected character ('<' (code 60))
            []                                    | not a readable document: it is no JSON object
            null                                  | not a readable document: it is no JSON object
            {"job_id": "a", "state": "RUNN        | not a readable document: Unexpected end-of-input
            """)
    void anUnreadableDocumentIsDescribed(String document, String description) {
        JsonProcessingException unreadable = catchThrowableOfType(
                JsonProcessingException.class, () -> READER.mapper().readValue(document, JobStatus.class));
        assertThat(Violations.describe(unreadable))
                .startsWith(description)
                .doesNotContain("io.trainwatch", "java.", "enable", "expected a valid value");
    }

    @Test
    void noDocumentIsSaidInWords() {
        JsonProcessingException nothing = catchThrowableOfType(
                JsonProcessingException.class, () -> READER.mapper().readValue("", JobStatus.class));
        assertThat(CallFailure.of(nothing, Instant.EPOCH).message()).isEqualTo("the response has no body");
        Exception noBody = new InvalidPayloadException(new DefaultExchange(new DefaultCamelContext()), byte[].class);
        assertThat(CallFailure.of(noBody, Instant.EPOCH).message()).isEqualTo("the response has no body");
    }

    @Test
    void aBrokenConstraintNamesTheFieldAsTheDocumentDoes() throws Exception {
        assertThat(violations(READER.mapper().readValue("{\"state\": \"DONE\"}", JobStatus.class)))
                .isEqualTo("job_id must be given, once; state must be given, once, as one of QUEUED, RUNNING,"
                        + " COMPLETED, FAILED and CANCELLED");
        assertThat(violations(READER.mapper().readValue("{\"currentStep\": -1}", Task.class)))
                .isEqualTo("_id must be given, once; status must be given, once, as one of queued, active, done,"
                        + " cancelling, cancelled and error");
        assertThat(violations(READER.mapper().readValue("{}", TaskPage.class))).isEqualTo("items must be a list");
    }

    private static String violations(Object document) {
        return Violations.describe(new BeanValidationException(
                new DefaultExchange(new DefaultCamelContext()),
                READER.validation().getValidator().validate(document),
                document));
    }
}
