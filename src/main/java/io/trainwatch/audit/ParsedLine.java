package io.trainwatch.audit;

import static io.trainwatch.audit.AuditLine.Form.ACTION;
import static io.trainwatch.audit.AuditLine.Form.DETAILS;
import static io.trainwatch.audit.AuditLine.Form.HASH;
import static io.trainwatch.audit.AuditLine.Form.JOB;
import static io.trainwatch.audit.AuditLine.Form.PREV;
import static io.trainwatch.audit.AuditLine.Form.PROJECT;
import static io.trainwatch.audit.AuditLine.Form.SEQ;
import static io.trainwatch.audit.AuditLine.Form.TENANT;
import static io.trainwatch.audit.AuditLine.Form.TIMESTAMP;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A line of an audit file, read strictly as Trainwatch writes it and checked against its own hash.
 *
 * <p>What stands between the values must be there byte by byte, since the hash is over the bytes as they are; Jackson says
 * where details end. Holds the bytes that it was read from, which must not change.
 */
final class ParsedLine {

    /** Longer than any line that Trainwatch writes. */
    static final int MAX_LINE = 64 << 20;

    private static final int MAX_DEPTH = 65;
    private static final int HASH_DIGITS = 2 * MerkleTree.HASH;
    private static final String DIGITS = "0123456789";
    /** A zero stands for any digit. */
    private static final String TIME = "0000-00-00T00:00:00.000Z";

    private static final byte[] NO_MORE = {'}'};
    private static final String CHANGED = "the line was changed: its hash does not fit its contents";
    private static final String NO_LINE = "the line is no audit line: ";
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
    private static final Map<Integer, String> ENDLESS =
            Map.of(JOB, "the job does not end", ACTION, "the action does not end");

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
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
    private byte[] digest = {};
    private final String wrong;

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

    /** What is wrong with the line; {@code null} where nothing is. */
    String wrong() {
        return wrong;
    }

    /** Whether all members are there, whatever the line's hash says; otherwise none may be asked for. */
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

    boolean isAction(AuditAction action) {
        return raw(ACTION).equals(action.name());
    }

    boolean isCheckpoint() {
        return isAction(AuditAction.CHECKPOINT);
    }

    JsonNode details() {
        return json(raw(DETAILS));
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
        AuditLine.Form form = AuditLine.Form.of(bytes, from, to);
        int at = from;
        for (int member = TIMESTAMP; member <= HASH; member++) {
            starts[member] = form.valueOf(member, bytes, at, to);
            if (starts[member] < 0) {
                return NO_LINE + MISSING.get(member);
            }
            ends[member] = endOf(member, starts[member]);
            if (ends[member] < 0) {
                return NO_LINE + ENDLESS.getOrDefault(member, MISSING.get(member));
            }
            at = ends[member];
        }
        if (to - at != 2 || bytes[at] != '"' || bytes[at + 1] != '}') {
            return NO_LINE + MISSING.get(HASH);
        }
        MessageDigest sha256 = Sha256.digest();
        sha256.update(bytes, from, ends[PREV] + 1 - from);
        digest = sha256.digest(NO_MORE);
        return Sha256.hex(digest).equals(hash()) ? null : CHANGED;
    }

    /** Where the member's value ends, exclusive, that starts here; -1 where there is none. */
    private int endOf(int member, int start) {
        return switch (member) {
            case TIMESTAMP -> endOfTime(start);
            case SEQ -> endOfNumber(start);
            case DETAILS -> endOfObject(start);
            case PREV, HASH -> endOfHash(start);
            default -> endOfText(start);
        };
    }

    private int endOfTime(int start) {
        int end = start + TIME.length();
        for (int i = start; i < end; i++) {
            char expected = TIME.charAt(i - start);
            if (i >= to || (expected == '0' ? DIGITS.indexOf(bytes[i]) < 0 : bytes[i] != expected)) {
                return -1;
            }
        }
        return end;
    }

    private int endOfNumber(int start) {
        int end = start;
        while (end < to && end - start < 18 && DIGITS.indexOf(bytes[end]) >= 0) {
            end++;
        }
        return end > start && bytes[start] != '0' ? end : -1;
    }

    private int endOfHash(int start) {
        int end = start + HASH_DIGITS;
        for (int i = start; i < end; i++) {
            if (i >= to || bytes[i] < '0' || bytes[i] > 'f' || bytes[i] > '9' && bytes[i] < 'a') {
                return -1;
            }
        }
        return end;
    }

    /** At the closing quote. */
    private int endOfText(int start) {
        int end = start;
        boolean isEscaped = false;
        while (end < to && bytes[end] != '"') {
            if (bytes[end] >= 0 && bytes[end] < ' ') {
                return -1;
            }
            isEscaped |= bytes[end] == '\\';
            end += bytes[end] == '\\' ? 2 : 1;
        }
        return end >= to || isEscaped && lengthOfValue(start - 1, end + 1) != end + 2 - start ? -1 : end;
    }

    private int endOfObject(int start) {
        int length = bytes[start] == '{' ? lengthOfValue(start, to) : -1;
        return length < 0 ? -1 : start + length;
    }

    /** The length of the JSON value that starts here, -1 where it is none. One byte a character: texts may hold any. */
    private int lengthOfValue(int start, int end) {
        String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            json.skipChildren();
            json.finishToken();
            int length = (int) json.currentLocation().getCharOffset();
            // Jackson takes it for white space; Trainwatch writes none.
            return text.lastIndexOf('\r', length - 1) < 0 ? length : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private String text(int member) {
        String raw = raw(member);
        return raw.indexOf('\\') < 0 ? raw : json('"' + raw + '"').asText();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("It was read before", e);
        }
    }

    private String raw(int member) {
        return string(starts[member], ends[member]);
    }

    private String string(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }
}
