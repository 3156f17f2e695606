package io.trainwatch.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.camel.component.bean.validator.BeanValidationException;

/**
 * Turns what was thrown into words for people: one bounded line without names of classes, statements of SQL and addresses,
 * which may hold a secret. The messages of others reach logs, the audit, the API and terminals through here alone.
 */
public final class Words {

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

    /** Why a file cannot be used, as a predicate of it: {@code is not there}. */
    public static String ofFile(IOException failure) {
        return FileFailure.predicate(failure);
    }

    private static String shown(Throwable thrown, Throwable saying) {
        return CallFailure.holdsAddress(thrown)
                ? "what it says is not shown, since it may hold a secret"
                : Violations.firstLine(saying);
    }

    private static Optional<String> known(Throwable cause) {
        if (cause instanceof Classified classified) {
            return Optional.of(classified.getMessage());
        }
        if (cause instanceof SQLException) {
            return Outage.wordsOfStore(cause);
        }
        if (cause instanceof FileSystemException failure) {
            return Optional.of(FileFailure.inWords(failure));
        }
        if (cause instanceof InvalidPathException name) {
            return Optional.of("a name of a file cannot be used: " + name.getReason());
        }
        if (cause instanceof CharacterCodingException) {
            return Optional.of("it holds no text in UTF-8");
        }
        if (cause instanceof JsonProcessingException unreadable) {
            return Optional.of(Violations.describe(unreadable));
        }
        if (cause instanceof BeanValidationException invalid) {
            return Optional.of(Violations.describe(invalid));
        }
        if (cause instanceof UnresolvedAddressException) {
            return Optional.of(NoAnswer.UNKNOWN_NAME.words());
        }
        NoAnswer answer = cause instanceof BindException ? NoAnswer.OTHER : NoAnswer.of(cause);
        return answer == NoAnswer.OTHER ? Optional.empty() : Optional.of(answer.words());
    }
}
