package io.trainwatch.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.signing.SigningKey;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
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
    static final int MAX_LINES = 1_000;

    private static final String SIGNATURE = ",\"signature\":\"";

    /** Why a checkpoint is written; one of them stands in its details. */
    enum Why {
        LINES,
        TIME,
        REMOVAL,
        STOP
    }

    /** The entry of a checkpoint that follows on the chain. */
    static AuditEntry entry(Instant at, ChainState.End chain, MerkleTree tree, Why why, Optional<SigningKey> key) {
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("why", why.name().toLowerCase(Locale.ROOT))
                .put("lines", tree.size())
                .put("root", Sha256.hex(tree.root()))
                .put("head", chain.hash());
        if (key.isEmpty()) {
            return entry(at, details.toString());
        }
        details.put("algorithm", key.get().algorithm()).put("key", key.get().id());
        String opened = details.toString().replaceFirst("}$", "");
        byte[] signed = AuditLine.head(entry(at, opened), chain.seq() + 1, AuditLine.Form.PLAIN)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        String signature = Base64.getEncoder().encodeToString(key.get().sign(signed));
        return entry(at, opened + SIGNATURE + signature + "\"}");
    }

    private static AuditEntry entry(Instant at, String details) {
        return AuditEntry.ofNoJob(at, AuditAction.CHECKPOINT, details);
    }

    /** @throws IOException where a member is missing or has another form */
    static Checkpoint of(ParsedLine line) throws IOException {
        JsonNode details = line.details();
        try {
            String signature = details.path("signature").asText();
            boolean isSigned = !signature.isEmpty();
            return new Checkpoint(
                    Long.parseLong(member(details, "lines")),
                    member(details, "root"),
                    member(details, "head"),
                    isSigned ? member(details, "key") : "",
                    isSigned ? line.untilDetailsEndWith(SIGNATURE + signature + "\"}") : new byte[0],
                    Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException e) {
            throw new IOException("the checkpoint cannot be read", e);
        }
    }

    private static String member(JsonNode details, String name) throws IOException {
        if (!details.hasNonNull(name)) {
            throw new IOException("the checkpoint has no " + name);
        }
        return details.get(name).asText();
    }

    boolean isSignedBy(SigningKey given) {
        return given.verifies(signed, signature);
    }

    /**
     * A checkpoint that was met while lines were read.
     *
     * @param hash the hash of its line, 64 hexadecimal digits
     * @param line in its file, from 1
     * @param at when it was written, as its line says
     * @param isProven whether it is signed with a key at hand; or says so, where that is checked later
     * @param isForged whether it says so and is not
     */
    record Seen(
            Checkpoint checkpoint, long seq, String hash, long line, String at, boolean isProven, boolean isForged) {

        /**
         * Reads the checkpoint.
         *
         * @param later whether the signature is to be checked later: a good signature proves all lines before it, so that of the
         *     last checkpoint is enough where it is good
         */
        static Seen of(ParsedLine parsed, long line, AuditKeys keys, boolean later) throws IOException {
            Checkpoint checkpoint = Checkpoint.of(parsed);
            Optional<SigningKey> key = keys.byId(checkpoint.key());
            boolean isProven = key.isPresent() && (later || checkpoint.isSignedBy(key.get()));
            return new Seen(
                    checkpoint,
                    parsed.seq(),
                    parsed.hash(),
                    line,
                    parsed.timestamp(),
                    isProven,
                    key.isPresent() && !isProven);
        }

        /** Whether the signature is good. */
        boolean isSignedBy(AuditKeys keys) {
            return keys.byId(checkpoint.key()).filter(checkpoint::isSignedBy).isPresent();
        }
    }
}
