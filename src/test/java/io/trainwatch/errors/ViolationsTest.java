package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.status.JobStatus;
import io.trainwatch.status.StatusReader;
import io.trainwatch.tenant.Task;
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
            <html>                                | not a readable document: Unexpected character ('<' (code 60)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            []                                    | not a readable document: Cannot deserialize from Array value
            {"progress_percent": NaN}             | not a readable document: Non-standard token 'NaN'
            {"progress_percent": "40"}            | progress_percent: Cannot coerce String value ("40")
            {"metrics": [{"timestamp": "today"}]} | metrics[0].timestamp: Cannot deserialize from String "": not an ISO-8601 date and time
            {"state": "DONE"}                     | state: Cannot deserialize from String "DONE": not one of the values accepted
            """)
    void anUnreadableDocumentIsDescribedByItsField(String document, String description) {
        JsonProcessingException unreadable = catchThrowableOfType(
                JsonProcessingException.class, () -> READER.mapper().readValue(document, JobStatus.class));
        assertThat(Violations.describe(unreadable))
                .startsWith(description)
                .doesNotContain("io.trainwatch", "java.", "enable");
    }

    @Test
    void aBrokenConstraintNamesTheFieldAsTheDocumentDoes() throws Exception {
        assertThat(violations(READER.mapper().readValue("""
                {"job_id": "a", "state": "RUNNING", "progress_percent": 101,
                 "metrics": [{"timestamp": "2026-01-01T00:00:00Z", "value": 1}],
                 "resource_utilization": {"memory_usage": -1}}""", JobStatus.class)))
                .isEqualTo("metrics[0].metric_name must not be blank;"
                        + " progress_percent must be less than or equal to 100;"
                        + " resource_utilization.cpu_usage must not be null;"
                        + " resource_utilization.memory_usage must be greater than or equal to 0");
        assertThat(violations(READER.mapper().readValue("{\"currentStep\": -1}", Task.class)))
                .isEqualTo("_id must not be blank; currentStep must be greater than or equal to 0;"
                        + " status must not be null");
    }

    private static String violations(Object document) {
        return Violations.describe(new BeanValidationException(
                new DefaultExchange(new DefaultCamelContext()),
                READER.validation().getValidator().validate(document),
                document));
    }
}
