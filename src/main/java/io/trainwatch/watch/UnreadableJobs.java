package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/** Sets jobs aside whose rows in the store cannot be read, so that they keep no other from being looked at. Thread-safe. */
final class UnreadableJobs {

    static final String CANNOT_BE_READ = "The job's row in the store cannot be read: ";

    /** After this time such a row is tried again: somebody may have mended it. */
    private static final Duration SET_ASIDE = Duration.ofMinutes(10);

    private final Store store;
    private final JobRecorder recorder;
    private final RepeatedFaults faults;
    private final Map<String, String> unreadable = new ConcurrentHashMap<>();

    UnreadableJobs(Store store, JobRecorder recorder, RepeatedFaults faults) {
        this.store = store;
        this.recorder = recorder;
        this.faults = faults;
    }

    /** Which there are, in words; empty while there are none. */
    List<String> troubles() {
        return unreadable.isEmpty()
                ? List.of()
                : List.of("Jobs are set aside, since their rows in the store cannot be read: "
                        + LooksUnderWay.some(unreadable) + "; see the log");
    }

    /** The jobs of these rows; those that cannot be read are set aside in the same transaction, and only they. */
    List<WatchedJob> readable(Handle handle, List<JobRow> rows, Instant now) {
        rows.stream().filter(row -> row.job() == null).forEach(row -> setAside(handle, row, now));
        List<WatchedJob> jobs =
                rows.stream().map(JobRow::job).filter(Objects::nonNull).toList();
        if (!unreadable.isEmpty()) {
            jobs.forEach(job -> unreadable.remove(job.id()));
        }
        return jobs;
    }

    private void setAside(Handle handle, JobRow row, Instant now) {
        String message = CANNOT_BE_READ + row.why();
        Instant next = now.plus(SET_ASIDE);
        handle.createUpdate(store.sql(UnreadableJobs.class, "set-aside"))
                .bind("id", row.id())
                .bind("fence", row.fence())
                .bind("now", now.toEpochMilli())
                .bind("next", next.toEpochMilli())
                .bind("failure", message)
                .execute();
        boolean isNew = !message.equals(row.failure());
        if (isNew && row.key().isPresent()) {
            ObjectNode details = JobRecorder.details()
                    .put("kind", FailureKind.INTERNAL.name())
                    .put("message", message);
            recorder.record(
                    handle,
                    now,
                    row.key().get(),
                    AuditAction.MONITOR_ERROR,
                    JobRecorder.nextLook(details, next, LookReason.AFTER_FAILURE));
        }
        if (unreadable.put(row.id(), row.why()) == null && isNew) {
            faults.happened(
                    "reading jobs from the store",
                    row.id() + " is set aside, and is not looked at. " + message + ". It is tried again every "
                            + SET_ASIDE.toMinutes() + " minutes: mend the row, or use a version of Trainwatch that can"
                            + " read it");
        }
    }
}
