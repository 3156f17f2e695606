package io.trainwatch.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Checks lines one after the other: each one's form, its hash, and that it follows the one before. Not thread-safe. */
final class LineCheck {

    private static final List<String> MEMBERS =
            List.of("timestamp", "seq", "tenant", "project_id", "job_id", "action", "details", "prev", "hash");
    private static final JsonFactory JSON = new JsonFactory();

    private final MessageDigest sha256 = AuditLine.sha256();
    private long seq;
    private String hash = AuditLine.FIRST_PREV;
    private long lines;

    /** Lines found whole. */
    long lines() {
        return lines;
    }

    /** Checks the next line; says what is wrong with it, if anything. */
    Optional<String> next(byte[] line) {
        Parsed parsed;
        try {
            parsed = parse(line);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("the line is no audit line: "
                    + e.getMessage().lines().findFirst().orElse("not JSON"));
        }
        if (!parsed.hash().equals(hashOf(line))) {
            return Optional.of("the line was changed: its hash does not fit its contents");
        }
        if (parsed.seq() != seq + 1) {
            return Optional.of("a line is missing, doubled or out of order: line " + (seq + 1)
                    + " of the chain should be here, not " + parsed.seq());
        }
        if (!parsed.prev().equals(hash)) {
            return Optional.of("the line does not follow the one before it: prev is not that line's hash");
        }
        seq = parsed.seq();
        hash = parsed.hash();
        lines++;
        return Optional.empty();
    }

    /** Over the line without its hash member, whose place and length are fixed. */
    private String hashOf(byte[] line) {
        if (line.length < AuditLine.HASH_END) {
            return "";
        }
        sha256.update(line, 0, line.length - AuditLine.HASH_END);
        sha256.update((byte) '}');
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static Parsed parse(byte[] line) throws IOException {
        long seq = 0;
        String prev = "";
        String hash = "";
        try (JsonParser json = JSON.createParser(line)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "it is no JSON object");
            for (String member : MEMBERS) {
                require(member.equals(json.nextFieldName()), "the member " + member + " is not where it must be");
                JsonToken value = json.nextToken();
                switch (member) {
                    case "seq" -> {
                        require(value == JsonToken.VALUE_NUMBER_INT, "seq is no whole number");
                        seq = json.getLongValue();
                    }
                    case "details" -> {
                        require(value == JsonToken.START_OBJECT, "details is no object");
                        json.skipChildren();
                    }
                    case "prev" -> prev = json.getText();
                    case "hash" -> hash = json.getText();
                    default -> require(value == JsonToken.VALUE_STRING, member + " is no text");
                }
            }
            require(
                    json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "there is more behind the hash");
        }
        String end = new String(
                line,
                Math.max(line.length - AuditLine.HASH_END, 0),
                AuditLine.HASH_MEMBER.length(),
                StandardCharsets.UTF_8);
        require(end.equals(AuditLine.HASH_MEMBER), "the hash is not written as it must be");
        return new Parsed(seq, prev, hash);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private record Parsed(long seq, String prev, String hash) {}
}
