package io.trainwatch.watch;

import io.trainwatch.rules.Decision;
import java.util.Collection;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Records valid looks: {@link #prepare} before the transaction of the look, {@link #write} in it, {@link #committed} when
 * it is over. A look that is refused as stale is not recorded. Called by many threads at once.
 */
public interface LookRecorder {

    /** A look that is to be recorded. */
    interface Recording {}

    /**
     * Makes the record of a look.
     *
     * @param action what followed from the decision
     * @return empty where it is not recorded
     */
    Optional<Recording> prepare(Look look, Decision decision, ActionTaken action);

    /** Writes the records of looks that are being committed, in their transaction. */
    void write(Handle handle, Collection<Recording> recordings);

    /** Says that the transaction in which these were written was committed. */
    void committed(Collection<Recording> recordings);
}
