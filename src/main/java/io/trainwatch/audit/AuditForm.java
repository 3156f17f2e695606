package io.trainwatch.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What stands before the values of a line's members, in their order. Both forms hold the same and may follow one another
 * in one chain.
 */
enum AuditForm {
    /** What lines are written in. */
    PLAIN(
            "{\"timestamp\":\"",
            "\",\"seq\":",
            ",\"tenant\":\"",
            "\",\"project_id\":\"",
            "\",\"job_id\":\"",
            "\",\"action\":\"",
            "\",\"details\":",
            ",\"prev\":\"",
            "\",\"hash\":\""),

    /**
     * Field names of the Elastic Common Schema 8.11 where it has some; the rest below {@code trainwatch}. Version 0.1.0
     * could write it: such lines are read, and rows that were given their place in it keep it.
     */
    ECS(
            "{\"@timestamp\":\"",
            "\",\"ecs.version\":\"8.11.0\",\"event.kind\":\"event\",\"event.dataset\":\"trainwatch.audit\",\"event.sequence\":",
            ",\"trainwatch.tenant\":\"",
            "\",\"trainwatch.project_id\":\"",
            "\",\"trainwatch.job_id\":\"",
            "\",\"event.action\":\"",
            "\",\"trainwatch.details\":",
            ",\"trainwatch.prev\":\"",
            "\",\"event.hash\":\"");

    static final int TIMESTAMP = 0;
    static final int SEQ = 1;
    static final int TENANT = 2;
    static final int PROJECT = 3;
    static final int JOB = 4;
    static final int ACTION = 5;
    static final int DETAILS = 6;
    static final int PREV = 7;
    static final int HASH = 8;

    private final byte[][] before;

    AuditForm(String... before) {
        this.before = Arrays.stream(before)
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    String before(int member) {
        return new String(before[member], StandardCharsets.US_ASCII);
    }

    /** Where the member's value starts, if what must stand before it is here; else -1. */
    int valueOf(int member, byte[] bytes, int from, int to) {
        byte[] expected = before[member];
        int end = from + expected.length;
        return end <= to && Arrays.equals(bytes, from, end, expected, 0, expected.length) ? end : -1;
    }

    /** The form of the line that stands there, if it is one at all. */
    static AuditForm of(byte[] bytes, int from, int to) {
        return ECS.valueOf(TIMESTAMP, bytes, from, to) < 0 ? PLAIN : ECS;
    }
}
