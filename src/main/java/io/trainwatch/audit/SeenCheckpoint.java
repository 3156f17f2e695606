package io.trainwatch.audit;

import java.io.IOException;

/**
 * A checkpoint that was met while lines were read.
 *
 * @param hash the hash of its line, 64 hexadecimal digits
 * @param line in its file, from 1
 * @param at when it was written, as its line says
 * @param state what its signature proves
 */
record SeenCheckpoint(Checkpoint checkpoint, long seq, String hash, long line, String at, State state) {

    enum State {
        /** Signed with a key at hand; or so it says, where that is checked later. */
        PROVEN,
        /** Signed, and no key was given. */
        UNCHECKED,
        /** Signed with a key that was not given. */
        OTHER_KEY,
        UNSIGNED,
        FORGED
    }

    /**
     * Reads the checkpoint.
     *
     * @param later whether the signature is to be checked later: a good signature proves all lines before it, so that of the
     *     last checkpoint is enough where it is good
     */
    static SeenCheckpoint of(ParsedLine parsed, long line, AuditKeys keys, boolean later) throws IOException {
        Checkpoint checkpoint = Checkpoint.of(parsed);
        State state;
        if (!checkpoint.isSigned()) {
            state = State.UNSIGNED;
        } else if (keys.isEmpty()) {
            state = State.UNCHECKED;
        } else {
            state = keys.byId(checkpoint.key())
                    .map(key -> later || key.verifies(checkpoint.signed(), checkpoint.signature())
                            ? State.PROVEN
                            : State.FORGED)
                    .orElse(State.OTHER_KEY);
        }
        return new SeenCheckpoint(checkpoint, parsed.seq(), parsed.hash(), line, parsed.timestamp(), state);
    }

    /** Whether the signature is good. */
    boolean isSignedBy(AuditKeys keys) {
        return keys.byId(checkpoint.key())
                .filter(key -> key.verifies(checkpoint.signed(), checkpoint.signature()))
                .isPresent();
    }

    boolean isProven() {
        return state == State.PROVEN;
    }
}
