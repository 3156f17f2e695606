package io.trainwatch.audit;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

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
public record AuditLine(long seq, String hash, byte[] bytes) {

    static final String FIRST_PREV = "0".repeat(64);
    static final String HASH_MEMBER = ",\"hash\":\"";
    static final String PREV_MEMBER = ",\"prev\":\"";
    /** A line's end has a fixed length: prev, hash and the brace. */
    static final int HASH_END = HASH_MEMBER.length() + 64 + 2;

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    static AuditLine of(AuditEntry entry, long seq, String prev) {
        StringBuilder line = new StringBuilder(384);
        line.append("{\"timestamp\":\"");
        MILLIS.formatTo(entry.at(), line);
        line.append("\",\"seq\":").append(seq);
        text(line, "tenant", entry.tenant());
        text(line, "project_id", entry.projectId());
        text(line, "job_id", entry.jobId());
        text(line, "action", entry.action().name());
        line.append(",\"details\":").append(entry.details());
        line.append(PREV_MEMBER).append(prev).append("\"}");
        byte[] hashed = line.toString().getBytes(StandardCharsets.UTF_8);
        String hash = HexFormat.of().formatHex(sha256().digest(hashed));
        line.setLength(line.length() - 1);
        line.append(HASH_MEMBER).append(hash).append("\"}");
        return new AuditLine(seq, hash, line.toString().getBytes(StandardCharsets.UTF_8));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void text(StringBuilder line, String name, String value) {
        line.append(",\"").append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, line);
        line.append('"');
    }
}
