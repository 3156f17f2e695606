package io.trainwatch.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.trainwatch.text.SafeText;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.constraints.AssertTrue;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.component.bean.validator.BeanValidationException;

/** Says in one bounded line what was wrong with a status. */
final class Violations {

    private static final int LONGEST = 300;
    /** Such as {@code java.util.zip.ZipException: } and {@code ZipException: }. */
    private static final Pattern CLASS_NAMES =
            Pattern.compile("\\b(([a-z][\\w$]*\\.){2,}[A-Z][\\w$]*|[A-Z][a-z][\\w$]*(Exception|Error))\\b(: )?");

    private static final List<Pattern> NOT_FOR_READERS = List.of(
            Pattern.compile(" (value|instance|object) of type `[^`]*`"),
            Pattern.compile(" to `java\\.[^`]*` value"),
            Pattern.compile(" \\(token `JsonToken\\.\\w+`\\)"),
            Pattern.compile(" \\(but (could|might) if .*\\)"),
            Pattern.compile(" \\(start marker at .*"),
            Pattern.compile(", from `[^`]*`"),
            Pattern.compile(": enable `[^`]*` to allow.*"),
            Pattern.compile(": expected a valid value \\(.*"));

    private Violations() {}

    static String describe(BeanValidationException invalid) {
        return bounded(invalid.getConstraintViolations().stream()
                .map(Violations::describe)
                .sorted()
                .collect(Collectors.joining("; ")));
    }

    /** What a whole document must be is asked of no field of it, but of a method of ours. */
    private static String describe(ConstraintViolation<?> violation) {
        boolean ofWhole = violation.getConstraintDescriptor().getAnnotation() instanceof AssertTrue;
        return ofWhole ? violation.getMessage() : (violation.getPropertyPath() + " " + violation.getMessage()).strip();
    }

    /** Which field could not be read and why, without the names of our classes and of Jackson's options. */
    static String describe(JsonProcessingException unreadable) {
        if (unreadable instanceof UnrecognizedPropertyException unknown) {
            return bounded("'" + unknown.getPropertyName() + "' is not known; known are "
                    + unknown.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        String reason = unreadable.getOriginalMessage().lines().findFirst().orElse("no JSON");
        if (unreadable instanceof MismatchedInputException mismatched && reason.startsWith("Cannot construct")) {
            reason = "must be "
                    + (Collection.class.isAssignableFrom(mismatched.getTargetType()) ? "a list" : "an object");
        }
        for (Pattern ours : NOT_FOR_READERS) {
            reason = ours.matcher(reason).replaceAll("");
        }
        String where = unreadable instanceof JsonMappingException mapping ? path(mapping) : "";
        return bounded((where.isEmpty() ? "not a readable document: " : where + ": ") + reason);
    }

    private static String path(JsonMappingException mapping) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : mapping.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    /** The first line of the message, without names of classes: Jackson's further lines quote the document. */
    static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String line = CLASS_NAMES
                .matcher(message.lines().findFirst().orElse(""))
                .replaceAll("")
                .strip();
        return failure.getMessage() == null || line.isEmpty() ? "no more is known" : bounded(line);
    }

    private static String bounded(String text) {
        return SafeText.bounded(text, LONGEST);
    }
}
