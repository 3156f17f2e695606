package io.trainwatch.tenant;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.trainwatch.status.Finite;
import io.trainwatch.status.JobKey;
import io.trainwatch.status.JobStatus;
import io.trainwatch.status.ResourceUtilization;
import io.trainwatch.status.StatusDocument;
import io.trainwatch.status.TrainedFlow;
import io.trainwatch.status.TrainingState;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Instant;
import java.util.List;

/**
 * A task of the {@code tasks} API, as it is read and as it is created: the two spell some fields differently, and write
 * times as ISO-8601 text, as Unix seconds or as {@code null}.
 *
 * @param name the kind of task, such as {@code trainIntents}
 * @param currentStep steps done; {@code null} where the tenant does not tell
 * @param totalStep steps in all; 0 and {@code null} say that this is not known
 * @param data what the task was given, such as the flow to train; {@code null} where the tenant does not tell
 * @param failReason why it failed, for people; bounded to {@value #MOST_REASON} characters where it is passed on
 */
public record Task(
        @JsonProperty("_id") @JsonAlias("id") @NotBlank String jobId,
        @JsonProperty("name") @JsonAlias("type") String name,
        @NotNull Status status,
        @Finite @PositiveOrZero Double currentStep,
        @Finite @PositiveOrZero Double totalStep,
        String failReason,
        @JsonAlias("parameters") JsonNode data,
        @JsonDeserialize(using = TaskTime.class) Instant createdAt,
        @JsonDeserialize(using = TaskTime.class) Instant lastRunAt,
        @JsonDeserialize(using = TaskTime.class) Instant lastFinishedAt,

        @JsonAlias("lastChangedAt") @JsonDeserialize(using = TaskTime.class)
        Instant lastChanged)
        implements StatusDocument {

    static final int MOST_REASON = 500;

    /** A task's status, and the state that it stands for. */
    public enum Status {
        @JsonProperty("queued")
        QUEUED(TrainingState.QUEUED),
        @JsonProperty("active")
        ACTIVE(TrainingState.RUNNING),
        @JsonProperty("done")
        DONE(TrainingState.COMPLETED),
        @JsonProperty("cancelling")
        CANCELLING(TrainingState.RUNNING), // a task that finishes first still becomes done, or error
        @JsonProperty("cancelled")
        CANCELLED(TrainingState.CANCELLED),
        @JsonProperty("error")
        ERROR(TrainingState.FAILED);

        private final TrainingState state;

        Status(TrainingState state) {
            this.state = state;
        }

        /** The state in the terms of all APIs. */
        public TrainingState state() {
            return state;
        }
    }

    @Override
    public JobStatus toStatus() {
        return new JobStatus(
                jobId,
                status.state(),
                progressPercent(),
                List.of(),
                ResourceUtilization.UNKNOWN,
                lastRunAt,
                status.state().isTerminal() ? lastFinishedAt : null,
                0,
                status == Status.ERROR ? bounded(failReason) : null,
                status == Status.CANCELLING,
                trained());
    }

    /** The flow that its data names. */
    private TrainedFlow trained() {
        String flow = data == null ? "" : data.path("flowId").asText("");
        return JobKey.isSafe(flow) ? new TrainedFlow(flow, createdAt == null ? lastRunAt : createdAt) : null;
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
                ? null
                : Math.min(100 * currentStep / totalStep, 100);
    }

    private static String bounded(String reason) {
        return reason == null || reason.length() <= MOST_REASON ? reason : reason.substring(0, MOST_REASON) + "…";
    }
}
