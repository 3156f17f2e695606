package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.util.ArrayList;
import java.util.List;

/** What a store remembers of the audit, so that lines which were cut off are missed. */
public final class AuditMemory {

    private AuditMemory() {}

    /** The last line, and the last checkpoint; neither before there is one. */
    public static List<AuditVerification.Known> of(Store store) {
        ChainState state = store.read(ChainStore::state);
        List<AuditVerification.Known> known = new ArrayList<>();
        if (state.exported().seq() > 0) {
            known.add(new AuditVerification.Known(
                    state.exported().seq(), state.exported().hash(), "the store"));
        }
        if (!state.checkpointHash().isEmpty()
                && state.checkpointSeq() < state.exported().seq()) {
            known.add(new AuditVerification.Known(
                    state.checkpointSeq(), state.checkpointHash(), "the store (its last checkpoint)"));
        }
        return known;
    }
}
