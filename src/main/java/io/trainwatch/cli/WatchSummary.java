package io.trainwatch.cli;

import io.trainwatch.api.Statistics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a command prints at its end. */
public final class WatchSummary {

    private WatchSummary() {}

    public static void print(
            PrintWriter out, List<Watching.Row> rows, List<String> undelivered, Statistics statistics) {
        out.println();
        Table table = new Table();
        rows.forEach(row -> table.row(row.id(), outcome(row), details(row)));
        out.print(table.text());
        if (!undelivered.isEmpty()) {
            out.println();
            out.println("Not delivered:");
            undelivered.forEach(line -> out.println("  " + line));
        }
        out.println();
        print(out, statistics);
    }

    static void print(PrintWriter out, Statistics statistics) {
        out.println("total_monitored          " + statistics.totalMonitored());
        out.println("success_count            " + statistics.successCount());
        out.println("failure_count            " + statistics.failureCount());
        out.println("cancelled_count          " + statistics.cancelledCount());
        out.println(String.format(Locale.ROOT, "success_rate_percent     %.2f", statistics.successRatePercent()));
        out.println(String.format(Locale.ROOT, "average_latency_seconds  %.6f", statistics.averageLatencySeconds()));
        out.println("audit_log_size           " + statistics.auditLogSize());
        out.flush();
    }

    private static String outcome(Watching.Row row) {
        return row.outcome() == Outcome.RUNNING
                        && (row.job() == null || row.job().state() == null)
                ? "PENDING"
                : row.outcome().name();
    }

    private static String details(Watching.Row row) {
        if (row.why() != null) {
            return row.why();
        }
        if (row.job() == null || row.job().state() == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%s  peak cpu %s, memory %s%s",
                Figures.percent(row.job().observed().lastProgress()),
                Figures.plain(row.job().observed().peakCpu()),
                Figures.plain(row.job().observed().peakMemory()),
                row.job().breach() == null
                        ? ""
                        : "  broke " + row.job().breach().rule());
    }
}
