package io.trainwatch.errors;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.trainwatch.text.SafeText;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.constraints.AssertTrue;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.component.bean.validator.BeanValidationException;

/**
 * Turns what was thrown into words for people: one bounded line without names of classes, statements of SQL and addresses,
 * which may hold a secret. The messages of others reach logs, the audit, the API and terminals through here alone.
 */
public final class Words {

    private static final int MAX_LENGTH = 300;
    /** The message where the input is empty or {@code null}. */
    private static final String NO_JSON = "there is no JSON object in it";
    /** Such as {@code java.util.zip.ZipException: } and {@code ZipException: }. */
    private static final Pattern CLASS_NAMES =
            Pattern.compile("\\b(([a-z][\\w$]*\\.){2,}[A-Z][\\w$]*|[A-Z][a-z][\\w$]*(Exception|Error))\\b(: )?");

    /** What Jackson says of our classes and of its own options. */
    private static final List<Pattern> NOT_FOR_READERS = List.of(
            Pattern.compile(" (value|instance|object) of type `[^`]*`"),
            Pattern.compile(" to `java\\.[^`]*` value"),
            Pattern.compile(" \\(token `JsonToken\\.\\w+`\\)"),
            Pattern.compile(" \\(but (could|might) if .*\\)"),
            Pattern.compile(" \\(start marker at .*"),
            Pattern.compile(", from `[^`]*`"),
            Pattern.compile(": enable `[^`]*` to allow.*"),
            Pattern.compile(": expected a valid value \\(.*"));

    private Words() {}

    /** What went wrong, as a clause that stands alone. */
    public static String of(Throwable thrown) {
        return Outage.wordsOfStore(thrown)
                .map(words -> "the store could not be used: " + words)
                .orElseGet(() -> Outage.isExpected(thrown) ? why(thrown) : ofFault(thrown));
    }

    /** A fault of Trainwatch or of a route. */
    public static String ofFault(Throwable thrown) {
        return "A fault in Trainwatch or in a route of your own: " + shown(thrown, thrown);
    }

    /** Why something that the reader knows failed, as a clause without a full stop. */
    public static String why(Throwable thrown) {
        Throwable last = thrown;
        for (Throwable cause : Outage.causes(thrown).toList()) {
            Optional<String> known = known(cause);
            if (known.isPresent()) {
                return known.get();
            }
            last = cause.getMessage() == null ? last : cause;
        }
        return shown(thrown, last);
    }

    private static String shown(Throwable thrown, Throwable saying) {
        return CallFailure.holdsAddress(thrown)
                ? "what it says is not shown, since it may hold a secret"
                : firstLine(saying);
    }

    private static Optional<String> known(Throwable cause) {
        if (cause instanceof Classified classified) {
            return Optional.of(classified.getMessage());
        }
        if (cause instanceof SQLException) {
            return Outage.wordsOfStore(cause);
        }
        if (cause instanceof FileSystemException failure) {
            // Its message is often a path and nothing more.
            return Optional.of((failure.getFile() == null ? "it" : failure.getFile()) + " " + ofFile(failure));
        }
        if (cause instanceof InvalidPathException name) {
            return Optional.of("a name of a file cannot be used: " + name.getReason());
        }
        if (cause instanceof CharacterCodingException) {
            return Optional.of("it holds no text in UTF-8");
        }
        if (cause instanceof JsonProcessingException unreadable) {
            return Optional.of(ofJson(unreadable));
        }
        if (cause instanceof BeanValidationException invalid) {
            return Optional.of(ofViolations(invalid));
        }
        if (cause instanceof UnresolvedAddressException) {
            return Optional.of(NoAnswer.UNKNOWN_NAME.words());
        }
        NoAnswer answer = cause instanceof BindException ? NoAnswer.OTHER : NoAnswer.of(cause);
        return answer == NoAnswer.OTHER ? Optional.empty() : Optional.of(answer.words());
    }

    /** Why a file cannot be used, as a predicate of it: {@code is not there}. */
    public static String ofFile(IOException failure) {
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return "is not there";
        }
        if (failure instanceof AccessDeniedException) {
            return "may not be used by this user";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "is there already";
        }
        if (failure instanceof NotDirectoryException) {
            return "is no folder";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "is a folder that is not empty";
        }
        if (failure instanceof FileSystemLoopException
                || failure instanceof NotLinkException
                || String.valueOf(failure.getMessage()).contains("symbolic links")) {
            return "is a link that leads nowhere";
        }
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return reason == null ? "cannot be used" : "cannot be used: " + firstLine(new IOException(reason));
    }

    /**
     * What is wrong with a file or the body of a request, for who gave it; empty where that is not to blame, but Trainwatch
     * itself.
     */
    public static Optional<String> ofInput(Throwable thrown) {
        for (Throwable cause : Outage.causes(thrown).toList()) {
            if (cause instanceof BeanValidationException invalid) {
                return Optional.of(ofViolations(invalid));
            }
            if (cause instanceof JsonProcessingException unreadable) {
                return Optional.of(ofJson(unreadable) + place(unreadable.getLocation()));
            }
            if (isOfNothing(cause)) {
                return Optional.of(NO_JSON);
            }
            if (cause instanceof IllegalArgumentException) {
                return Optional.of(firstLine(cause));
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

    /** What is wrong with a document that could be read. */
    static String ofViolations(BeanValidationException invalid) {
        return bounded(invalid.getConstraintViolations().stream()
                .map(Words::ofViolation)
                .sorted()
                .collect(Collectors.joining("; ")));
    }

    /** What a whole document must be is asked of no field of it, but of a method of ours. */
    private static String ofViolation(ConstraintViolation<?> violation) {
        boolean ofWhole = violation.getConstraintDescriptor().getAnnotation() instanceof AssertTrue;
        return ofWhole ? violation.getMessage() : (violation.getPropertyPath() + " " + violation.getMessage()).strip();
    }

    /** Which field could not be read and why. */
    static String ofJson(JsonProcessingException unreadable) {
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
        return SafeText.bounded(text, MAX_LENGTH);
    }
}
