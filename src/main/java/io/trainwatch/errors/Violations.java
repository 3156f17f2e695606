package io.trainwatch.errors;

import java.util.stream.Collectors;
import org.apache.camel.component.bean.validator.BeanValidationException;

/** Says in one bounded line what was wrong with a status. */
final class Violations {

    private static final int LONGEST = 300;

    private Violations() {}

    static String describe(BeanValidationException invalid) {
        return bounded(invalid.getConstraintViolations().stream()
                .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
                .sorted()
                .collect(Collectors.joining("; ")));
    }

    /** The first line of the message: Jackson's further lines quote the document. */
    static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return bounded(message.lines().findFirst().orElse(""));
    }

    private static String bounded(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
