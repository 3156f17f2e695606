package io.trainwatch.http;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import java.io.IOException;

/** An answer was longer than {@code trainwatch.request.max-response}. */
public final class AnswerTooLong extends IOException implements Classified {
    AnswerTooLong(String message) {
        super(message);
    }

    @Override
    public FailureKind kind() {
        return FailureKind.INVALID_STATUS;
    }
}
