package io.trainwatch.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The names that the members of a line have. Both forms hold the same, in the same order, and may follow one another in
 * one chain.
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
            ",\"hash\":\""),

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
            ",\"event.hash\":\"");

    static final int HASH_DIGITS = 64;

    /** What stands before timestamp, number, tenant, project, job, action and details. */
    private final List<String> before;

    private final String beforePrev;
    private final String beforeHash;
    private final byte[] start;

    AuditForm(
            String beforeTimestamp,
            String beforeSeq,
            String beforeTenant,
            String beforeProject,
            String beforeJob,
            String beforeAction,
            String beforeDetails,
            String beforePrev,
            String beforeHash) {
        this.before = List.of(
                beforeTimestamp, beforeSeq, beforeTenant, beforeProject, beforeJob, beforeAction, beforeDetails);
        this.beforePrev = beforePrev;
        this.beforeHash = beforeHash;
        this.start = beforeTimestamp.getBytes(StandardCharsets.US_ASCII);
    }

    String before(int member) {
        return before.get(member);
    }

    /** The name of what stands behind {@link #before}. */
    String name(int member) {
        String literal = before.get(member);
        int end = literal.lastIndexOf("\":");
        return literal.substring(literal.lastIndexOf('"', end - 1) + 1, end);
    }

    String beforePrev() {
        return beforePrev;
    }

    String beforeHash() {
        return beforeHash;
    }

    /** The form of the line that stands there, if it is one at all. */
    static AuditForm of(byte[] bytes, int from, int to) {
        return ECS.startsAt(bytes, from, to) ? ECS : PLAIN;
    }

    private boolean startsAt(byte[] bytes, int from, int to) {
        if (to - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (bytes[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }
}
