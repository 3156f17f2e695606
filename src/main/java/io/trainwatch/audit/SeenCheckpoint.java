package io.trainwatch.audit;

import io.trainwatch.signing.SigningKey;
import java.io.IOException;
import java.util.Optional;

/**
 * A checkpoint that was met while lines were read.
 *
 * @param hash the hash of its line, 64 hexadecimal digits
 * @param line in its file, from 1
 * @param at when it was written, as its line says
 * @param isProven whether it is signed with a key at hand; or says so, where that is checked later
 * @param isForged whether it says so and is not
 */
record SeenCheckpoint(
        Checkpoint checkpoint, long seq, String hash, long line, String at, boolean isProven, boolean isForged) {

    /**
     * Reads the checkpoint.
     *
     * @param later whether the signature is to be checked later: a good signature proves all lines before it, so that of the
     *     last checkpoint is enough where it is good
     */
    static SeenCheckpoint of(ParsedLine parsed, long line, AuditKeys keys, boolean later) throws IOException {
        Checkpoint checkpoint = Checkpoint.of(parsed);
        Optional<SigningKey> key = keys.byId(checkpoint.key());
        boolean isProven = key.isPresent() && (later || checkpoint.isSignedBy(key.get()));
        return new SeenCheckpoint(
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
