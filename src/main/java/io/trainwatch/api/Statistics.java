package io.trainwatch.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * The figures of the service.
 *
 * @param totalMonitored jobs on the watch list, ended ones included
 * @param successRatePercent completed jobs among those that ended, 0.00 to 100.00; 0 while none has ended
 * @param averageLatencySeconds time from sending a request to the tenant to the headers of its answer, mean over all
 *     requests of this process; 0 before the first
 * @param auditLogSize lines of the audit log, those included that are about to be written
 */
@JsonPropertyOrder({
    "total_monitored",
    "success_count",
    "failure_count",
    "cancelled_count",
    "success_rate_percent",
    "average_latency_seconds",
    "audit_log_size"
})
public record Statistics(
        @JsonProperty("total_monitored") long totalMonitored,
        @JsonProperty("success_count") long successCount,
        @JsonProperty("failure_count") long failureCount,
        @JsonProperty("cancelled_count") long cancelledCount,
        @JsonProperty("success_rate_percent") double successRatePercent,
        @JsonProperty("average_latency_seconds") double averageLatencySeconds,
        @JsonProperty("audit_log_size") long auditLogSize) {

    /** Derives the rate from the counts. */
    public static Statistics of(
            long total, long completed, long failed, long cancelled, double latencySeconds, long auditLines) {
        long ended = completed + failed + cancelled;
        double rate = ended == 0 ? 0 : Math.round(completed * 10_000.0 / ended) / 100.0;
        return new Statistics(
                total, completed, failed, cancelled, rate, Math.round(latencySeconds * 1e6) / 1e6, auditLines);
    }
}
