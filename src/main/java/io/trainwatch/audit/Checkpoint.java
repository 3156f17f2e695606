package io.trainwatch.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A line of the chain that speaks for the lines before it: it repeats the hash of the line before, gives the root of the
 * tree over the lines since the last checkpoint, and is signed where there is a key.
 *
 * <p>Signed are the bytes of the line from its start to {@code ,"signature"}: time, number, and all that it says.
 *
 * @param lines lines between the last checkpoint and this one
 * @param root of the tree over them, 64 hexadecimal digits
 * @param head hash of the line before
 * @param key id of the key; empty where it is not signed
 * @param signed the bytes that are
 */
record Checkpoint(long lines, String root, String head, String key, byte[] signed, byte[] signature) {

    /** So many lines have a checkpoint among them, at least. */
    static final int MOST_LINES = 1_000;

    private static final String SIGNATURE = ",\"signature\":\"";
    private static final JsonFactory JSON = new JsonFactory();

    /** Why a checkpoint is written; one of them stands in its details. */
    enum Why {
        LINES,
        TIME,
        REMOVAL,
        STOP
    }

    /** The entry of a checkpoint that follows on the chain. */
    static AuditEntry entry(Instant at, AuditChain chain, MerkleTree tree, Why why, Optional<AuditKey> key) {
        String details = "{\"why\":\"" + why.name().toLowerCase(java.util.Locale.ROOT) + "\",\"lines\":" + tree.size()
                + ",\"root\":\"" + HexFormat.of().formatHex(tree.root()) + "\",\"head\":\"" + chain.hash() + "\"";
        if (key.isPresent()) {
            String opened = details + ",\"algorithm\":\"" + key.get().algorithm() + "\",\"key\":\""
                    + key.get().id() + "\"";
            byte[] signed = AuditLine.head(entry(at, opened), chain.seq() + 1, AuditForm.PLAIN)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            details = opened + SIGNATURE
                    + Base64.getEncoder().encodeToString(key.get().sign(signed)) + "\"";
        }
        return entry(at, details + "}");
    }

    private static AuditEntry entry(Instant at, String details) {
        return AuditEntry.ofNoJob(at, AuditAction.CHECKPOINT, details);
    }

    /**
     * Reads the details of a checkpoint's line.
     *
     * @param from where the details start in the line
     * @param to where they end
     * @throws IOException where a member is missing or has another form
     */
    static Checkpoint read(byte[] line, int lineFrom, int from, int to) throws IOException {
        Map<String, String> members = new HashMap<>();
        try (JsonParser json = JSON.createParser(line, from, to - from)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                members.put(name, json.getText());
            }
        }
        byte[] signed = new byte[0];
        byte[] signature = new byte[0];
        try {
            if (members.containsKey("signature")) {
                int end = to - 2 - members.get("signature").length() - SIGNATURE.length();
                signed = Arrays.copyOfRange(line, lineFrom, end);
                signature = Base64.getDecoder().decode(members.get("signature"));
            }
            return new Checkpoint(
                    Long.parseLong(member(members, "lines")),
                    member(members, "root"),
                    member(members, "head"),
                    members.containsKey("signature") ? member(members, "key") : "",
                    signed,
                    signature);
        } catch (IllegalArgumentException e) {
            throw new IOException("the checkpoint cannot be read", e);
        }
    }

    private static String member(Map<String, String> members, String name) throws IOException {
        String value = members.get(name);
        if (value == null) {
            throw new IOException("the checkpoint has no " + name);
        }
        return value;
    }

    boolean isSigned() {
        return !key.isEmpty();
    }
}
