package io.trainwatch.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tenant says of a job at one moment; also the document of the {@code training} API. Only what makes a document
 * no status of a job is a constraint here: whatever else cannot be used is missing, and of what is missing nothing is
 * assumed.
 *
 * @param progressPercent 0 to 100; {@code null} where the tenant does not tell
 * @param metrics the latest {@value #MAX_METRICS} samples at most, oldest first
 * @param startedAt {@code null} before the job runs
 * @param completedAt {@code null} before the job ended
 * @param truncated older samples that were left out
 * @param failReason why it failed, in the tenant's words; {@code null} where it did not, or the tenant does not tell
 * @param cancelling whether the tenant says that a cancel is under way
 * @param trained what it trains; {@code null} where the tenant does not tell, or the API has no such thing
 * @param incomplete why each field that is there could not be used, by its name
 */
@JsonDeserialize(using = TrainingStatusReader.class)
public record JobStatus(
        @JsonProperty("job_id") @NotBlank(message = StatusDocument.GIVEN_ONCE)
        String jobId,

        @JsonProperty("state")
        @NotNull(message = StatusDocument.GIVEN_ONCE + ", as one of QUEUED, RUNNING, COMPLETED, FAILED and CANCELLED")
        TrainingState state,

        Double progressPercent,
        List<Metric> metrics,
        ResourceUtilization resourceUtilization,
        Instant startedAt,
        Instant completedAt,
        int truncated,
        String failReason,
        boolean cancelling,
        TrainedFlow trained,
        Map<String, String> incomplete)
        implements StatusDocument {

    static final int MAX_METRICS = 50;

    /** A status that does not tell what is trained, and of which all can be used. */
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
                null,
                Map.of());
    }

    /** This, with other times. */
    public JobStatus withTimes(Instant started, Instant completed) {
        return with(metrics, resourceUtilization, started, completed, incomplete);
    }

    /** This, without samples. */
    public JobStatus withoutMetrics() {
        return metrics.isEmpty() ? this : withMetrics(List.of());
    }

    /** This; a sample that is no number and has no time is one of now. */
    @Override
    public JobStatus toStatus(Instant readAt) {
        return metrics.stream().allMatch(sample -> sample.timestamp() != null)
                ? this
                : withMetrics(
                        metrics.stream().map(sample -> sample.takenBy(readAt)).toList());
    }

    private JobStatus withMetrics(List<Metric> samples) {
        return with(samples, resourceUtilization, startedAt, completedAt, incomplete);
    }

    /** The same, with a field more that cannot be used. */
    public JobStatus without(String field, String why) {
        Map<String, String> more = new LinkedHashMap<>(incomplete);
        more.put(field, why);
        return with(metrics, resourceUtilization, startedAt, completedAt, more);
    }

    /** The same, with these figures. */
    public JobStatus using(ResourceUtilization figures) {
        return with(metrics, figures, startedAt, completedAt, incomplete);
    }

    private JobStatus with(
            List<Metric> samples,
            ResourceUtilization used,
            Instant started,
            Instant completed,
            Map<String, String> unusable) {
        return new JobStatus(
                jobId,
                state,
                progressPercent,
                samples,
                used,
                started,
                completed,
                truncated,
                failReason,
                cancelling,
                trained,
                unusable);
    }

    /**
     * What a training trained, as the tenant names it.
     *
     * @param flow an id that is safe in a path
     * @param since when the training was created or began; {@code null} where the tenant does not tell
     */
    public record TrainedFlow(String flow, Instant since) {}
}
