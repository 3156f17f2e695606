package io.trainwatch.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.JobStatus.TrainedFlow;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.StatusDocument;
import io.trainwatch.job.TrainingState;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A task of the {@code tasks} API, as it is read and as it is created: the two spell some fields differently, and a
 * document may hold both. Only what makes a document no status of a job is a constraint here.
 *
 * @param kinds the kind of task, such as {@code trainIntents}: its {@code name}, its {@code type}, or both
 * @param currentStep steps done; {@code null} where the tenant does not tell
 * @param totalStep steps in all; 0 and {@code null} say that this is not known
 * @param progress percent, 0 to 100; {@code null} where the tenant does not tell
 * @param projectId the project that it is of; {@code null} where the tenant does not tell
 * @param parameters what the task was given, such as the flow to train
 * @param failReason why it failed, for people; cut to {@value #MOST_REASON} characters
 * @param incomplete why each field that is there could not be used, by its name
 */
@JsonDeserialize(using = TaskReader.class)
public record Task(
        @JsonProperty("_id") @NotBlank(message = GIVEN_ONCE) String jobId,
        List<String> kinds,

        @NotNull(message = GIVEN_ONCE + ", as one of queued, active, done, cancelling, cancelled and error")
        Status status,

        Double currentStep,
        Double totalStep,
        Double progress,
        String projectId,
        Parameters parameters,
        String failReason,
        Instant createdAt,
        Instant lastRunAt,
        Instant lastFinishedAt,
        Instant lastChanged,
        Map<String, String> incomplete)
        implements StatusDocument {

    static final int MOST_REASON = 500;

    /** Stands for what a list holds in the place of a task. */
    static final Task NONE = new Task(
            null, List.of(), null, null, null, null, null, Parameters.NONE, null, null, null, null, null, Map.of());

    /** What a task was given, as ids; {@code null} for what the tenant does not tell. */
    record Parameters(String flowId, String projectId, String localeId) {

        static final Parameters NONE = new Parameters(null, null, null);
    }

    /** A task's status, and the state that it stands for. */
    public enum Status {
        QUEUED(TrainingState.QUEUED),
        ACTIVE(TrainingState.RUNNING),
        DONE(TrainingState.COMPLETED),
        CANCELLING(TrainingState.RUNNING), // a task that finishes first still becomes done, or error
        CANCELLED(TrainingState.CANCELLED),
        ERROR(TrainingState.FAILED);

        private final TrainingState state;

        Status(TrainingState state) {
            this.state = state;
        }

        /** The state in the terms of all APIs. */
        public TrainingState state() {
            return state;
        }

        /** The status that the tenant names, in upper or lower case; {@code null} where it names none. */
        static Status named(String text) {
            for (Status status : values()) {
                if (status.name().equalsIgnoreCase(text)) {
                    return status;
                }
            }
            return null;
        }
    }

    @Override
    public JobStatus toStatus(Instant readAt) {
        return new JobStatus(
                jobId,
                status.state(),
                progressPercent(),
                List.of(),
                ResourceUtilization.UNKNOWN,
                lastRunAt,
                status.state().isTerminal() ? lastFinishedAt : null,
                0,
                status == Status.ERROR ? failReason : null,
                status == Status.CANCELLING,
                trained(),
                incomplete);
    }

    /** The flow that its parameters name. */
    private TrainedFlow trained() {
        return JobKey.isSafe(parameters.flowId())
                ? new TrainedFlow(parameters.flowId(), createdAt == null ? lastRunAt : createdAt)
                : null;
    }

    /** When it ended, or changed last, or was created: the latest that the tenant tells. */
    Instant changedAt() {
        if (lastFinishedAt != null) {
            return lastFinishedAt;
        }
        return lastChanged == null ? createdAt : lastChanged;
    }

    /** 0 to 100; {@code null} where it is not known, as of 0 steps out of 0. */
    private Double progressPercent() {
        return currentStep == null || totalStep == null || totalStep == 0
                ? progress
                : Double.valueOf(Math.min(100 * currentStep / totalStep, 100));
    }
}
