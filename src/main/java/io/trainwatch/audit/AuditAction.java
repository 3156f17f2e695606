package io.trainwatch.audit;

/** What an audit line records. */
public enum AuditAction {
    /** The job was put on the watch list. */
    MONITOR_START,
    /** A training was ordered; written before the request that starts it. Of no job yet: its id is {@code -}. */
    TRAINING_ORDERED,
    /** The job is the training that was ordered. */
    TRAINING_STARTED,
    /** The training that was ordered was not started, or nobody can tell; its job id is {@code -}. */
    TRAINING_GIVEN_UP,
    /** A look; see {@code trainwatch.audit.status-checks}. */
    STATUS_CHECK,
    /** The job's state changed; {@code inferred} where it was skipped between two looks. */
    STATE_CHANGED,
    /** The tenant's answer was no valid status; a bounded copy is in the details. */
    STATUS_INVALID,
    /** Fields of a valid status could not be used and count as missing; each is recorded once. */
    STATUS_INCOMPLETE,
    /** A look got no answer that could be used. */
    MONITOR_ERROR,
    /** A valid status again after looks that failed. */
    MONITOR_RECOVERED,
    /** A cancel was decided on; written before it is sent. */
    AUTO_CANCEL_TRIGGERED,
    /** Somebody had the job cancelled, such as whoever interrupted its watch; written before the cancel is sent. */
    CANCEL_ORDERED,
    /** What the tenant answered to the cancel. */
    CANCEL_RESULT,
    /** The job did not end by the deadline, or the tenant refuses the cancel; recorded once. */
    CANCEL_FAILED,
    /** The job breaks a rule, and is not cancelled; {@code withheld} and {@code why} say why not. */
    CANCEL_WITHHELD,
    /** Somebody had the job exempted from being cancelled by its policy, or took that back. */
    CANCEL_EXEMPTED,
    /** A policy is another from now on: that of a file, or that of the job. */
    POLICY_CHANGED,
    /** A policy file cannot be used; what was in force before stays so. */
    POLICY_REFUSED,
    /** The tenant reported a move that no job can make. */
    JOB_REVERSED,
    /** The job has ended; it is looked at once more, where {@code trainwatch.poll.confirm-after} says so. */
    MONITOR_COMPLETE,
    /** A look some time after the end found the job as it ended. */
    END_CONFIRMED,
    /** That look gave no valid status; the end stands. */
    END_UNCONFIRMED,
    /** The job was taken off the watch list before it ended; it was left alone. */
    MONITOR_STOPPED,
    WEBHOOK_DELIVERED,
    /** An attempt failed; another follows, once the target is enabled again where that was disabled. */
    WEBHOOK_FAILED,
    /** The last attempt failed; the event is kept. */
    WEBHOOK_DEAD,
    /** The target gets nothing more until a person enables it: it is gone, or failed for days; by a person, of no job. */
    WEBHOOK_DISABLED,
    /** A person had a disabled target sent events again; of no job. */
    WEBHOOK_ENABLED,
    /** A person had the event sent again. */
    WEBHOOK_REPLAYED,
    /** A person had a target sent an event of type {@code test}; of no job. */
    WEBHOOK_TESTED,
    /** Speaks for the lines before it, and is signed where there is a key. */
    CHECKPOINT,
    /** What was found to be wrong with the audit files: lines that are gone, or that somebody else wrote. */
    AUDIT_FAULT,
    /** Rows that were not kept while the files could not be written, by action. */
    AUDIT_GAP,
    /** The clock was set back, so that lines from here on may bear an earlier time than those before; of no job. */
    CLOCK_SET_BACK,
    /** A file was verified and is removed, since it is older than the retention. */
    AUDIT_FILES_REMOVED;

    /**
     * Whether the row records an observation that the next one repeats or takes back, so that it may be counted in place
     * of being kept where too many rows wait for the file. Whatever changed is kept.
     */
    boolean isObservation() {
        return switch (this) {
            case STATUS_CHECK, STATUS_INVALID, MONITOR_ERROR, MONITOR_RECOVERED, WEBHOOK_FAILED -> true;
            default -> false;
        };
    }
}
