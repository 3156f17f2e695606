package io.trainwatch.audit;

import java.io.IOException;

/** The audit cannot be written, or is not what it was when it was last written. The message is for people. */
public final class AuditFault extends IOException {

    private static final long serialVersionUID = 1L;

    AuditFault(String message) {
        super(message);
    }
}
