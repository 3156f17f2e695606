package io.trainwatch.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.component.bean.validator.BeanValidationException;

/** Tells what somebody gave that cannot be used, a file or the body of a request, from failures of Trainwatch itself. */
public final class BadInput {

    private BadInput() {}

    /** What is wrong with the input, for who gave it; empty where the input is not to blame. */
    public static Optional<String> reason(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanValidationException invalid) {
                return Optional.of(Violations.describe(invalid));
            }
            if (cause instanceof JsonProcessingException unreadable) {
                return Optional.of(Violations.describe(unreadable));
            }
            if (cause instanceof InvalidPayloadException) {
                return Optional.of("there is no JSON in it");
            }
            if (cause instanceof IllegalArgumentException) {
                return Optional.of(Violations.firstLine(cause));
            }
        }
        return Optional.empty();
    }
}
