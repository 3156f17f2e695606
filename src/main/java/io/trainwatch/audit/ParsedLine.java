package io.trainwatch.audit;

import static io.trainwatch.audit.AuditForm.ACTION;
import static io.trainwatch.audit.AuditForm.DETAILS;
import static io.trainwatch.audit.AuditForm.HASH;
import static io.trainwatch.audit.AuditForm.JOB;
import static io.trainwatch.audit.AuditForm.PREV;
import static io.trainwatch.audit.AuditForm.PROJECT;
import static io.trainwatch.audit.AuditForm.SEQ;
import static io.trainwatch.audit.AuditForm.TENANT;
import static io.trainwatch.audit.AuditForm.TIMESTAMP;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of an audit file, read strictly as Trainwatch writes it and checked against its own hash.
 *
 * <p>Jackson says where each value ends and whether it is JSON; what stands between the values must be there byte by byte,
 * since the hash is over the bytes as they are. Holds the bytes that it was read from, which must not change.
 */
final class ParsedLine {

    /** Longer than any line that Trainwatch writes. */
    static final int MAX_LINE = 64 << 20;

    private static final int MAX_DEPTH = 66;
    private static final int HASH_DIGITS = 2 * MerkleTree.HASH;
    private static final String CHANGED = "the line was changed: its hash does not fit its contents";
    private static final byte[] NO_MORE = {'}'};
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    private static final List<String> MISSING = List.of(
            "it has no timestamp where it must be",
            "its number is not where it must be",
            "the tenant is not where it must be",
            "the project is not where it must be",
            "the job is not where it must be",
            "the action is not where it must be",
            "details is no object",
            "prev is not where it must be",
            "it does not end with its hash");

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_LINE)
                    .build())
            .build());

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final int[] starts = new int[HASH + 1];
    private final int[] ends = new int[HASH + 1];
    private final String wrong;
    private byte[] digest = {};

    /** The line in these bytes, which do not include its newline. */
    ParsedLine(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.wrong = read();
    }

    static ParsedLine of(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return new ParsedLine(bytes, 0, bytes.length);
    }

    /** What is wrong with the line; {@code null} where nothing is. Then nothing but {@link #isLine} may be relied on. */
    String wrong() {
        return wrong;
    }

    /** Whether all members are there, whatever its hash says. */
    boolean isLine() {
        return wrong == null || wrong.equals(CHANGED);
    }

    String timestamp() {
        return raw(TIMESTAMP);
    }

    long seq() {
        return Long.parseLong(raw(SEQ));
    }

    String tenant() {
        return text(TENANT);
    }

    String project() {
        return text(PROJECT);
    }

    String job() {
        return text(JOB);
    }

    String action() {
        return text(ACTION);
    }

    boolean isCheckpoint() {
        return isAction(AuditAction.CHECKPOINT);
    }

    boolean isAction(AuditAction action) {
        return raw(ACTION).equals(action.name());
    }

    JsonNode details() {
        return json(starts[DETAILS], ends[DETAILS]);
    }

    /** The line from its start, without what stands at the end of its details and behind them. */
    byte[] untilDetailsEndWith(String end) {
        return Arrays.copyOfRange(bytes, from, ends[DETAILS] - end.length());
    }

    /** The hash of the line before, as this one states it: 64 hexadecimal digits. */
    String prev() {
        return raw(PREV);
    }

    /** The hash that the line states: 64 hexadecimal digits. */
    String hash() {
        return raw(HASH);
    }

    /** The hash of what is in the line. */
    byte[] digest() {
        return digest;
    }

    @Override
    public String toString() {
        return string(from, to);
    }

    private String read() {
        AuditForm form = AuditForm.of(bytes, from, to);
        int at = from;
        try (JsonParser json = JSON.getFactory().createParser(bytes, from, to - from)) {
            for (int member = TIMESTAMP; member <= DETAILS; member++) {
                starts[member] = form.valueOf(member, bytes, at, to);
                if (starts[member] < 0) {
                    return isMissing(member);
                }
                at = endOf(json, starts[member]);
                boolean isText = member != SEQ && member != DETAILS;
                ends[member] = isText ? at - 1 : at;
                if (at < 0 || !fits(member)) {
                    return member == JOB || member == ACTION
                            ? "the line is no audit line: the " + (member == JOB ? "job" : "action") + " does not end"
                            : isMissing(member);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory can be read", e);
        }
        for (int member = PREV; member <= HASH; member++) {
            starts[member] = form.valueOf(member, bytes, at, to);
            ends[member] = starts[member] + HASH_DIGITS;
            if (starts[member] < 0 || ends[member] >= to || !fits(member)) {
                return isMissing(member);
            }
            at = ends[member] + 1;
            if (bytes[at - 1] != '"') {
                return isMissing(HASH);
            }
        }
        if (at != to - 1 || bytes[at] != '}') {
            return isMissing(HASH);
        }
        MessageDigest sha256 = AuditLine.sha256();
        sha256.update(bytes, from, ends[PREV] + 1 - from);
        digest = sha256.digest(NO_MORE);
        return HexFormat.of().formatHex(digest).equals(hash()) ? null : CHANGED;
    }

    private static String isMissing(int member) {
        return "the line is no audit line: " + MISSING.get(member);
    }

    /** Where the value ends, exclusive, that starts here or with the quote before; -1 where it is no JSON. */
    private int endOf(JsonParser json, int start) {
        try {
            while (json.nextToken() != null
                    && json.currentTokenLocation().getByteOffset() < start - 1 - from) {
                continue;
            }
            json.skipChildren();
            json.finishToken();
            return from + (int) json.currentLocation().getByteOffset();
        } catch (IOException e) {
            return -1;
        }
    }

    private boolean fits(int member) {
        int length = ends[member] - starts[member];
        return switch (member) {
            case TIMESTAMP -> TIME.matcher(raw(member)).matches();
            case SEQ -> length <= 18 && bytes[starts[member]] != '0' && isAll(member, "0123456789");
            case DETAILS -> bytes[starts[member]] == '{';
            case PREV, HASH -> isAll(member, "0123456789abcdef");
            default -> length >= 0;
        };
    }

    private boolean isAll(int member, String digits) {
        for (int i = starts[member]; i < ends[member]; i++) {
            if (digits.indexOf(bytes[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    private String text(int member) {
        String raw = raw(member);
        return raw.indexOf('\\') < 0
                ? raw
                : json(starts[member] - 1, ends[member] + 1).asText();
    }

    private JsonNode json(int start, int end) {
        try {
            return JSON.readTree(bytes, start, end - start);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("It was read before", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory can be read", e);
        }
    }

    private String raw(int member) {
        return string(starts[member], ends[member]);
    }

    private String string(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }
}
