package io.trainwatch.errors;

import java.util.Locale;

/** Why a call to the tenant gave no answer that could be used. */
public enum FailureKind {
    /** The token endpoint refused the client, or a fresh token was refused: credentials or scope. */
    UNAUTHORISED(true, false),
    /** The token endpoint cannot be reached or answers nonsense. */
    NO_TOKEN(true, false),
    /** The client is not assigned to the project, or lacks the write scope. */
    FORBIDDEN(false, true),
    /** The tenant knows no such job, or no longer. */
    NOT_FOUND(false, true),
    /** 429. */
    THROTTLED(true, false),
    /** 5xx, or no answer. */
    UNAVAILABLE(false, false),
    /** Another status that is not a success: a redirect, a 400. */
    REJECTED(false, false),
    /** The answer was no valid status of this job. */
    INVALID_STATUS(false, false),
    /** A fault in Trainwatch or its store. */
    INTERNAL(false, false);

    private final boolean ofTenant;
    private final boolean definite;

    FailureKind(boolean ofTenant, boolean definite) {
        this.ofTenant = ofTenant;
        this.definite = definite;
    }

    /** Such as {@code not found}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether the other jobs of the tenant would meet the same, so that its polls should pause. */
    public boolean isOfTenant() {
        return ofTenant;
    }

    /** Whether the tenant answered clearly about this job, so that repeating the look soon changes little. */
    public boolean isDefinite() {
        return definite;
    }
}
