package io.trainwatch.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an event says. */
public enum EventType {
    JOB_COMPLETED("completed", "info"),
    JOB_FAILED("failed", "error"),
    JOB_CANCELLED("was cancelled", "warning"),
    /** A cancel was decided on; the job still runs. */
    JOB_CANCEL_REQUESTED("breaks its policy and is being cancelled", "warning"),
    /** The tenant refuses the cancel, or does not answer it. */
    JOB_CANCEL_FAILED("could not be cancelled", "critical"),
    /** The job breaks a rule, and is not cancelled; the reason says why not. */
    JOB_BREACHED("breaks its policy", "warning"),
    /** The tenant's answers about the job are no valid statuses. */
    JOB_INVALID("has no valid status", "warning"),
    /** The tenant gives no answer about the job. */
    JOB_UNREACHABLE("cannot be reached", "error"),
    /** The tenant reports a move that no job can make. */
    JOB_REVERSED("made a move that no job can make", "error"),
    /** Tells of no job: a person tries a target. */
    TEST("is only a test", "info");

    private final String phrase;
    /** Read for each delivery. */
    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::wireName, type -> type));

    private final String severity;
    private final String wireName;

    EventType(String phrase, String severity) {
        this.phrase = phrase;
        this.severity = severity;
        this.wireName = name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
    }

    /** As they are written, those that tell of a job. */
    static List<String> ofJobs() {
        return Arrays.stream(values())
                .filter(type -> type != TEST)
                .map(EventType::wireName)
                .toList();
    }

    /** What follows "Job X" in a sentence. */
    String phrase() {
        return phrase;
    }

    /** One of PagerDuty's: {@code info}, {@code warning}, {@code error} or {@code critical}. */
    String severity() {
        return severity;
    }

    /** Whether nobody needs to look after the job any more. */
    boolean endsWell() {
        return this == JOB_COMPLETED || this == JOB_CANCELLED;
    }

    /** As it is written in events and settings, such as {@code job.cancel_requested}. */
    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException with a message that lists the known names */
    public static EventType ofWireName(String name) {
        EventType type = BY_WIRE_NAME.get(name);
        if (type == null) {
            throw new IllegalArgumentException("'" + name + "' is no event type; known are "
                    + Arrays.stream(values()).map(EventType::wireName).collect(Collectors.joining(", ")));
        }
        return type;
    }

    /** The type that tells of the end in this state: {@code COMPLETED}, {@code FAILED} or {@code CANCELLED}. */
    public static EventType endedAs(String state) {
        return valueOf("JOB_" + state);
    }
}
