package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.Verdict;
import java.time.Instant;
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
     * A look as its judge saw it.
     *
     * @param known the last state that was followed before, {@code null} on the first look
     * @param before what the looks before it add up to
     * @param stopping whether a cancel had been decided before
     */
    record SeenLook(
            JobKey job,
            int epoch,
            long fence,
            Instant at,
            JobStatus status,
            TrainingState known,
            Observed before,
            boolean stopping,
            Policy policy,
            Verdict verdict) {}

    /**
     * Makes the record of a look.
     *
     * @param action what followed from its verdict
     * @param followed whether what it showed is taken as true
     * @return empty where it is not recorded
     */
    Optional<Recording> prepare(SeenLook seen, ActionTaken action, boolean followed);

    /** Writes the records of looks that are being committed, in their transaction. */
    void write(Handle handle, Collection<Recording> recordings);

    /** Says that the transaction in which these were written was committed. */
    void committed(Collection<Recording> recordings);
}
