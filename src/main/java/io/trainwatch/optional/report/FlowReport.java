package io.trainwatch.optional.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.trainwatch.job.TenantTime;
import io.trainwatch.job.TrainedFlow;
import io.trainwatch.job.TrainingQuality;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads the {@code feedbackReport} of a flow of the {@code tasks} API. What it holds otherwise is not published, so all
 * of it may be missing; what is there must be a number.
 */
final class FlowReport {

    /** Times of a flow are whole seconds. */
    private static final Duration ROUNDING = Duration.ofSeconds(1);

    private FlowReport() {}

    /**
     * @param training the training that ended
     * @throws MissingReport where the flow has no report, or one of an earlier training
     */
    static TrainingQuality read(JsonNode flow, TrainedFlow training) {
        JsonNode report = flow.path("feedbackReport");
        if (!report.isObject()) {
            throw new MissingReport("the flow " + training.flow() + " has no feedbackReport");
        }
        Optional<Instant> trainedAt = instant(flow.path("lastTrainedAt"));
        if (training.since() != null
                && trainedAt.isPresent()
                && trainedAt.get().plus(ROUNDING).isBefore(training.since())) {
            throw new MissingReport("the report of the flow " + training.flow() + " is of a training before this one");
        }
        TrainingQuality quality = new TrainingQuality(
                number(report.path("info").path("accuracy")),
                number(report.path("info").path("fScore")),
                count(report.path("findings")));
        if (quality.asMetrics().isEmpty()) {
            throw new MissingReport("the report of the flow " + training.flow() + " holds no figures");
        }
        return quality;
    }

    private static Double number(JsonNode node) {
        return node.isNumber() && Double.isFinite(node.doubleValue()) ? node.doubleValue() : null;
    }

    private static Integer count(JsonNode findings) {
        if (findings.isArray()) {
            return findings.size();
        }
        return findings.isIntegralNumber() && findings.canConvertToInt() && findings.intValue() >= 0
                ? findings.intValue()
                : null;
    }

    private static Optional<Instant> instant(JsonNode node) {
        try {
            return node.isNumber() || node.isTextual()
                    ? Optional.ofNullable(
                            node.isNumber()
                                    ? TenantTime.ofUnix(node.doubleValue())
                                    : TenantTime.parse(node.textValue()))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
