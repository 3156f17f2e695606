package io.trainwatch.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.component.bean.validator.BeanValidationException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.processor.PredicateValidationException;

/**
 * A failed call to the tenant, as people and the schedule need it.
 *
 * @param message what happened and what to do, one sentence or two, without secrets or full URLs
 * @param status the HTTP status, or 0 where there was none
 * @param retryAfter the wait that the tenant asked for with a 408, 429 or 5xx
 */
public record CallFailure(FailureKind kind, String message, int status, Optional<Duration> retryAfter) {

    /** Ends the message of a failure of the tenant as a whole, {@link FailureKind#UNAVAILABLE}, and of no other. */
    public static final String UNAVAILABLE = "; it is tried again.";

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** Classifies what a call or the reading of its answer threw. */
    public static CallFailure of(Throwable thrown, Instant now) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpOperationFailedException answer) {
                return ofStatus(answer, now);
            }
            if (cause instanceof Classified known) {
                return new CallFailure(known.kind(), known.getMessage(), 0, known.retryAfter());
            }
            if (cause instanceof BeanValidationException invalid) {
                return of(FailureKind.INVALID_STATUS, Words.ofViolations(invalid));
            }
            if (cause instanceof PredicateValidationException) {
                return of(FailureKind.INVALID_STATUS, "job_id: the answer is about another job");
            }
            if (Words.isOfNothing(cause) || isOfEmptyBody(cause)) {
                return of(FailureKind.INVALID_STATUS, "the response has no body");
            }
            if (cause instanceof JsonProcessingException unreadable) {
                return of(FailureKind.INVALID_STATUS, Words.ofJson(unreadable));
            }
            if (cause instanceof FileSystemException) {
                return of(FailureKind.INTERNAL, "A file or folder cannot be used: " + Words.why(cause));
            }
            if (cause instanceof SQLException) {
                // Also where its own cause is a broken connection: it is not the tenant that gave no answer.
                return of(FailureKind.INTERNAL, "The store could not be used: " + Words.why(cause));
            }
            if (cause instanceof IOException) {
                return of(
                        FailureKind.UNAVAILABLE, "The tenant did not answer (" + Words.why(cause) + ")" + UNAVAILABLE);
            }
        }
        return of(FailureKind.INTERNAL, Words.ofFault(thrown));
    }

    static boolean holdsAddress(Throwable thrown) {
        return Outage.causes(thrown)
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains("://"));
    }

    private static boolean isOfEmptyBody(Throwable cause) {
        return cause instanceof MismatchedInputException empty
                && empty.getOriginalMessage().startsWith("No content");
    }

    static CallFailure of(FailureKind kind, String message) {
        return new CallFailure(kind, message, 0, Optional.empty());
    }

    private static CallFailure ofStatus(HttpOperationFailedException answer, Instant now) {
        int status = answer.getStatusCode();
        // What else is refused is refused for another reason than the time.
        Optional<Duration> retryAfter = status == 408 || status == 429 || status >= 500
                ? RetryAfter.of(status, answer.getResponseHeaders(), now)
                : Optional.empty();
        FailureKind kind = switch (status) {
            case 401 -> FailureKind.UNAUTHORISED;
            case 403 -> FailureKind.FORBIDDEN;
            case 404 -> FailureKind.NOT_FOUND;
            case 429 -> FailureKind.THROTTLED;
            default -> status >= 500 ? FailureKind.UNAVAILABLE : FailureKind.REJECTED;
        };
        return new CallFailure(kind, status + ": " + advice(kind, status), status, retryAfter);
    }

    /** What happened and what to do. */
    private static String advice(FailureKind kind, int status) {
        return switch (kind) {
            case UNAUTHORISED ->
                "the tenant refuses the API key, or a fresh token. Make a new key; or check that the client's credentials"
                        + " are those of this tenant, and that its scopes include ai:training:read.";
            case FORBIDDEN ->
                "the client may not do this. Assign it to the project, and for cancelling give it the scope"
                        + " ai:training:write.";
            case NOT_FOUND ->
                "the tenant knows no such job. Check project and job id; a job may also have been removed.";
            case THROTTLED ->
                "the tenant asks for fewer requests. Lower trainwatch.tenant.<alias>.max-requests-per-second or lengthen"
                        + " trainwatch.poll.interval if this stays.";
            case UNAVAILABLE -> "the tenant failed" + UNAVAILABLE;
            default ->
                isRedirect(status)
                        ? "the tenant redirects; redirects are not followed, since the token would go along."
                                + " Set trainwatch.tenant.<alias>.base-url to the final address."
                        : "the tenant rejected the request.";
        };
    }

    /** Whether the response names another address; a 304 does not. */
    public static boolean isRedirect(int status) {
        return REDIRECTS.contains(status);
    }
}
