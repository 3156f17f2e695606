package io.trainwatch.errors;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.component.bean.validator.BeanValidationException;

/** Tells what somebody gave that cannot be used, a file or the body of a request, from failures of Trainwatch itself. */
public final class BadInput {

    /** The message where the input is empty or {@code null}. */
    private static final String NO_JSON = "there is no JSON object in it";

    private BadInput() {}

    /** What is wrong with the input, for who gave it; empty where the input is not to blame. */
    public static Optional<String> reason(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanValidationException invalid) {
                return Optional.of(Violations.describe(invalid));
            }
            if (cause instanceof JsonProcessingException unreadable) {
                return Optional.of(Violations.describe(unreadable) + place(unreadable.getLocation()));
            }
            if (isOfNothing(cause)) {
                return Optional.of(NO_JSON);
            }
            if (cause instanceof IllegalArgumentException) {
                return Optional.of(Violations.firstLine(cause));
            }
        }
        return Optional.empty();
    }

    /** What Camel says of no input, and the validation of a document that is {@code null}. */
    static boolean isOfNothing(Throwable cause) {
        return cause instanceof InvalidPayloadException
                || cause instanceof NoTypeConversionAvailableException
                || cause instanceof IllegalArgumentException
                        && String.valueOf(cause.getMessage()).startsWith("HV000116");
    }

    private static String place(JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
