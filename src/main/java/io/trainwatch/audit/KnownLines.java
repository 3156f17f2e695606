package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The lines that a store knows: where the chain ends, what may stand behind that already, and how files ended.
 *
 * <p>Only the end is a line that must be in the files. What else stands in them behind it is Trainwatch's where it is one
 * of the pending lines, which were committed before they were written.
 */
public final class KnownLines {

    private static final String STORE = "the store";

    private final ChainState state;
    private final List<AuditLine> pending;
    private final List<AuditVerification.Known> anchors;

    private KnownLines(Handle handle) {
        this.state = ChainStore.state(handle);
        this.pending = ChainStore.placedLines(handle, state);
        this.anchors = new ArrayList<>();
        for (ChainState.End end : ChainStore.fileEnds(handle)) {
            anchors.add(new AuditVerification.Known(end.seq(), end.hash(), STORE));
        }
        if (state.checkpointSeq() > 0 && !state.checkpointHash().isEmpty()) {
            anchors.add(new AuditVerification.Known(state.checkpointSeq(), state.checkpointHash(), STORE));
        }
    }

    public static KnownLines of(Store store) {
        return store.read(handle -> {
            KnownLines known = new KnownLines(handle);
            // Rows of the journal are gone once their lines are known, which may have come between the two.
            while (!ChainStore.state(handle).exported().equals(known.state.exported())) {
                known = new KnownLines(handle);
            }
            return known;
        });
    }

    /** The last line that is on disk; its number is 0 where there is none. */
    AuditVerification.Known end() {
        return new AuditVerification.Known(
                state.exported().seq(), state.exported().hash(), STORE);
    }

    /** Lines that must be as the store knows them where they are there at all: retention may have removed them. */
    List<AuditVerification.Known> anchors() {
        return anchors;
    }

    /** Whether a line with this number behind the end is not one of the pending ones. */
    boolean isStrange(long seq, String hash) {
        long place = seq - state.exported().seq() - 1;
        return place >= 0
                && (place >= pending.size() || !pending.get((int) place).hash().equals(hash));
    }

    /** What is to be said of such a line. */
    String whyStrange(long seq) {
        return state.exported().seq() == 0 && pending.isEmpty()
                ? "the store knows no line: it belongs to another audit, or was made anew"
                : "line " + seq + " of the chain is not known to the store, so Trainwatch did not write it";
    }

    /**
     * Whether this is how a pending line begins, as where it is being written.
     *
     * @param seq the number of the line; 0 where it may be any
     */
    boolean isBegun(long seq, byte[] begun) {
        return pending.stream()
                .filter(line -> seq == 0 || line.seq() == seq)
                .map(AuditLine::bytes)
                .anyMatch(line ->
                        begun.length <= line.length && Arrays.equals(line, 0, begun.length, begun, 0, begun.length));
    }
}
