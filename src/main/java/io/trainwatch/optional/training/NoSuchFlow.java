package io.trainwatch.optional.training;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;

/** No project of the tenant that the client is a member of has the flow. */
final class NoSuchFlow extends RuntimeException implements Classified {
    NoSuchFlow(String message) {
        super(message, null, false, false);
    }

    @Override
    public FailureKind kind() {
        return FailureKind.NOT_FOUND;
    }
}
