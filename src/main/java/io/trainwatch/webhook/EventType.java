package io.trainwatch.webhook;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an event tells. */
public enum EventType {
    JOB_COMPLETED,
    JOB_FAILED,
    JOB_CANCELLED,
    /** A cancel was decided on; the job still runs. */
    JOB_CANCEL_REQUESTED,
    /** The tenant refuses the cancel, or does not answer it. */
    JOB_CANCEL_FAILED,
    /** The job breaks the policy, which only reports. */
    JOB_BREACHED,
    /** The tenant's answers about the job are no valid statuses. */
    JOB_INVALID,
    /** The tenant gives no answer about the job. */
    JOB_UNREACHABLE,
    /** The tenant reports a move that no job can make. */
    JOB_REVERSED;

    /** As it is written in events and settings, such as {@code job.cancel_requested}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
    }

    /** @throws IllegalArgumentException with a message that lists the known names */
    public static EventType ofWireName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is no event type; known are "
                        + Arrays.stream(values()).map(EventType::wireName).collect(Collectors.joining(", "))));
    }

    /** The type that tells of the end in this state: {@code COMPLETED}, {@code FAILED} or {@code CANCELLED}. */
    public static EventType endedAs(String state) {
        return valueOf("JOB_" + state);
    }
}
