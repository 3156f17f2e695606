package io.trainwatch.status;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What the tenant says of a job at one moment; also the document of the {@code training} API, whose constraints stand
 * here. Other APIs tell less: of what is not told, nothing is assumed.
 *
 * @param progressPercent 0 to 100; {@code null} where the tenant does not tell
 * @param metrics the latest {@value #MOST_METRICS} samples at most, oldest first
 * @param startedAt {@code null} before the job runs
 * @param completedAt {@code null} before the job ended
 * @param truncated older samples that were left out
 * @param failReason why it failed, in the tenant's words; {@code null} where it did not, or the tenant does not tell
 * @param cancelling whether the tenant says that a cancel is under way
 * @param trained what it trains; {@code null} where the tenant does not tell, or the API has no such thing
 */
public record JobStatus(
        @JsonProperty("job_id") @NotBlank String jobId,
        @JsonProperty("state") @NotNull TrainingState state,

        @JsonProperty("progress_percent") @NotNull @Finite @DecimalMin("0") @DecimalMax("100")
        Double progressPercent,

        @JsonProperty("metrics") @NotNull List<@NotNull @Valid Metric> metrics,

        @JsonProperty("resource_utilization") @NotNull @Valid
        ResourceUtilization resourceUtilization,

        @JsonProperty("started_at") Instant startedAt,
        @JsonProperty("completed_at") Instant completedAt,
        int truncated,
        String failReason,
        boolean cancelling,
        TrainedFlow trained)
        implements StatusDocument {

    static final int MOST_METRICS = 50;

    /** A status that does not tell what is trained. */
    public JobStatus(
            String jobId,
            TrainingState state,
            Double progressPercent,
            List<Metric> metrics,
            ResourceUtilization resourceUtilization,
            Instant startedAt,
            Instant completedAt,
            int truncated,
            String failReason,
            boolean cancelling) {
        this(
                jobId,
                state,
                progressPercent,
                metrics,
                resourceUtilization,
                startedAt,
                completedAt,
                truncated,
                failReason,
                cancelling,
                null);
    }

    /** Reads the tenant's document; more samples than are kept are a warning, never a refusal. */
    @JsonCreator
    static JobStatus of(
            @JsonProperty("job_id") String jobId,
            @JsonProperty("state") TrainingState state,
            @JsonProperty("progress_percent") Double progressPercent,
            @JsonProperty("metrics") List<Metric> metrics,
            @JsonProperty("resource_utilization") ResourceUtilization resourceUtilization,
            @JsonProperty("started_at") Instant startedAt,
            @JsonProperty("completed_at") Instant completedAt) {
        List<Metric> kept = metrics;
        // A list with holes is left as it is: validation refuses it.
        boolean whole =
                metrics != null && metrics.stream().noneMatch(metric -> metric == null || metric.timestamp() == null);
        if (whole && metrics.size() > MOST_METRICS) {
            kept = metrics.stream()
                    .sorted(Comparator.comparing(Metric::timestamp))
                    .skip(metrics.size() - MOST_METRICS)
                    .toList();
        }
        int truncated = metrics == null ? 0 : metrics.size() - kept.size();
        return new JobStatus(
                jobId,
                state,
                progressPercent,
                kept,
                resourceUtilization,
                startedAt,
                completedAt,
                truncated,
                null,
                false);
    }

    /** This, with other times. */
    public JobStatus withTimes(Instant started, Instant completed) {
        return new JobStatus(
                jobId,
                state,
                progressPercent,
                metrics,
                resourceUtilization,
                started,
                completed,
                truncated,
                failReason,
                cancelling);
    }

    /** This, without samples. */
    public JobStatus withoutMetrics() {
        return metrics.isEmpty()
                ? this
                : new JobStatus(
                        jobId,
                        state,
                        progressPercent,
                        List.of(),
                        resourceUtilization,
                        startedAt,
                        completedAt,
                        truncated,
                        failReason,
                        cancelling);
    }

    @Override
    public JobStatus toStatus() {
        return this;
    }

    /** The same, with these figures. */
    public JobStatus using(ResourceUtilization figures) {
        return new JobStatus(
                jobId,
                state,
                progressPercent,
                metrics,
                figures,
                startedAt,
                completedAt,
                truncated,
                failReason,
                cancelling,
                trained);
    }
}
