package io.trainwatch.demo.simulator;

import java.util.Locale;

/** The states of a task; on the wire they are spelled in lower case. */
public enum TaskStatus {
    QUEUED,
    ACTIVE,
    DONE,
    /** A cancel was taken and has not had its effect yet; not terminal. */
    CANCELLING,
    CANCELLED,
    ERROR;

    /** Whether a task in this state is over. */
    public boolean isTerminal() {
        return this == DONE || this == CANCELLED || this == ERROR;
    }

    /** As it is spelled on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
