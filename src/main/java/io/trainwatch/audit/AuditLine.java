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

    static AuditLine of(AuditEntry entry, long seq, String prev, AuditForm form) {
        String hashed = head(entry, seq, form) + form.before(AuditForm.PREV) + prev;
        MessageDigest sha256 = Sha256.digest();
        sha256.update((hashed + '"').getBytes(StandardCharsets.UTF_8));
        String hash = Sha256.hex(sha256.digest(NO_MORE));
        String line = hashed + form.before(AuditForm.HASH) + hash + "\"}";
        return new AuditLine(seq, hash, entry.action(), line.getBytes(StandardCharsets.UTF_8));
    }

    /** The line up to and with its details. */
    static StringBuilder head(AuditEntry entry, long seq, AuditForm form) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        StringBuilder text = new StringBuilder(512).append(form.before(AuditForm.TIMESTAMP));
        MILLIS.formatTo(entry.at(), text);
        text.append(form.before(AuditForm.SEQ)).append(seq).append(form.before(AuditForm.TENANT));
        encoder.quoteAsString(entry.tenant(), text);
        text.append(form.before(AuditForm.PROJECT));
        encoder.quoteAsString(entry.projectId(), text);
        text.append(form.before(AuditForm.JOB));
        encoder.quoteAsString(entry.jobId(), text);
        text.append(form.before(AuditForm.ACTION)).append(entry.action().name());
        return text.append(form.before(AuditForm.DETAILS)).append(entry.details());
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
}
