package io.trainwatch.audit;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.trainwatch.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * One line of the audit file: an entry with its place in the chain.
 *
 * <p>The members stand in this order: {@code timestamp seq tenant project_id job_id action details prev hash}.
 * {@code prev} is the hash of the line before, 64 zeros for the first. {@code hash} is SHA-256, in lower-case hex, over
 * the exact bytes of the line without its {@code ,"hash":"…"} member; so anyone can check a line with a few lines of any
 * language, see docs/audit.md.
 *
 * @param bytes UTF-8, without a newline
 */
public record AuditLine(long seq, String hash, AuditAction action, byte[] bytes) {

    static final String FIRST_PREV = "0".repeat(2 * MerkleTree.HASH);

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] NO_MORE = {'}'};

    static AuditLine of(AuditEntry entry, long seq, String prev, Form form) {
        String hashed = head(entry, seq, form) + form.before(Form.PREV) + prev;
        MessageDigest sha256 = Sha256.digest();
        sha256.update((hashed + '"').getBytes(StandardCharsets.UTF_8));
        String hash = Sha256.hex(sha256.digest(NO_MORE));
        String line = hashed + form.before(Form.HASH) + hash + "\"}";
        return new AuditLine(seq, hash, entry.action(), line.getBytes(StandardCharsets.UTF_8));
    }

    /** The line up to and with its details. */
    static StringBuilder head(AuditEntry entry, long seq, Form form) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        StringBuilder text = new StringBuilder(512).append(form.before(Form.TIMESTAMP));
        MILLIS.formatTo(entry.at(), text);
        text.append(form.before(Form.SEQ)).append(seq).append(form.before(Form.TENANT));
        encoder.quoteAsString(entry.tenant(), text);
        text.append(form.before(Form.PROJECT));
        encoder.quoteAsString(entry.projectId(), text);
        text.append(form.before(Form.JOB));
        encoder.quoteAsString(entry.jobId(), text);
        text.append(form.before(Form.ACTION)).append(entry.action().name());
        return text.append(form.before(Form.DETAILS)).append(entry.details());
    }

    byte[] hashBytes() {
        return Sha256.parse(hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditLine line && seq == line.seq && Arrays.equals(bytes, line.bytes);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    /**
     * What stands before the values of a line's members, in their order. Both forms hold the same and may follow one another
     * in one chain.
     */
    enum Form {
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

        Form(String... before) {
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
        static Form of(byte[] bytes, int from, int to) {
            return ECS.valueOf(TIMESTAMP, bytes, from, to) < 0 ? PLAIN : ECS;
        }
    }
}
