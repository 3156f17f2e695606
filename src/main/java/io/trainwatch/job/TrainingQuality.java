package io.trainwatch.job;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a training turned out, as the tenant reports it; {@code null} for what it does not tell.
 *
 * @param accuracy as the tenant writes it, usually 0 to 1
 * @param fScore as the tenant writes it, usually 0 to 1
 * @param findings how many remarks the report has
 */
public record TrainingQuality(Double accuracy, Double fScore, Integer findings) {

    /** By the names that events carry: {@code accuracy}, {@code f_score}, {@code findings}. */
    public Map<String, Double> asMetrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        put(metrics, "accuracy", accuracy);
        put(metrics, "f_score", fScore);
        put(metrics, "findings", findings == null ? null : findings.doubleValue());
        return metrics;
    }

    private static void put(Map<String, Double> metrics, String name, Double value) {
        if (value != null) {
            metrics.put(name, value);
        }
    }
}
