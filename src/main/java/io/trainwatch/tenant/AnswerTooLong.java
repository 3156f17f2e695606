package io.trainwatch.tenant;

import java.io.IOException;

/** An answer was longer than {@code trainwatch.request.max-response}. */
public final class AnswerTooLong extends IOException {
    AnswerTooLong(String message) {
        super(message);
    }
}
