package io.trainwatch.cli;

import io.trainwatch.TrainwatchBeans;
import io.trainwatch.api.Statistics;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.training.TrainingOrder;
import io.trainwatch.watch.Phase;
import io.trainwatch.watch.WatchedJob;
import io.trainwatch.webhook.EventList.EventDelivery;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Follows some jobs, and trainings that become jobs, in the store until each has ended or its outcome cannot be known. */
public final class Watching {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration FOLLOWED_EVERY = Duration.ofSeconds(10);

    private final TrainwatchBeans beans;
    private final List<String> named;
    private final List<Long> ordered;
    private final Progress progress;
    private List<TrainingOrder> orders = List.of();
    private long followedAt;
    private Map<String, WatchedJob> jobs = Map.of();
    private Map<String, String> refusing = Map.of();

    public Watching(TrainwatchBeans beans, List<JobKey> jobs, Progress progress) {
        this(beans, jobs, List.of(), progress);
    }

    /** @param ordered orders of trainings, shown after the jobs */
    Watching(TrainwatchBeans beans, List<JobKey> jobs, List<Long> ordered, Progress progress) {
        this.beans = beans;
        this.named = jobs.stream().map(JobKey::toString).toList();
        this.ordered = ordered;
        this.progress = progress;
    }

    /** Forgets what earlier processes met at the jobs: a command reports what happened since it began. */
    void begin() {
        refreshOrders();
        beans.watchList().add(keys(named), "command");
        beans.watchList().forgetFailures(keys(ids()));
    }

    /**
     * Waits until every job has an outcome.
     *
     * @return {@code false} where the time was over before
     */
    public boolean untilEnd(Optional<Duration> longest) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            refresh();
            if (rows().stream().allMatch(row -> row.outcome() != Outcome.RUNNING)) {
                return true;
            }
            if (longest.isPresent() && System.nanoTime() - start > longest.get().toNanos()) {
                return false;
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /**
     * Waits until the events of the jobs are delivered and the audit is written.
     *
     * @return a line for each delivery that a target does not have
     */
    public List<String> drain(Duration longest) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            List<EventDelivery> open = beans.outbox().unsettled(ids());
            boolean settled = open.stream().allMatch(delivery -> delivery.isDead() || delivery.held());
            if (settled && beans.journal().unexported() == 0 || System.nanoTime() - start > longest.toNanos()) {
                return open.stream().map(Watching::describe).toList();
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private static String describe(EventDelivery open) {
        return open.type() + " of " + open.job() + " to " + open.target() + ": "
                + (open.isDead() ? "given up" : open.held() ? "target disabled" : "still pending") + " after "
                + open.attempts() + " attempts"
                + (open.lastError() == null ? "" : " (" + open.lastError() + ")") + ", event id " + open.eventId();
    }

    private static List<JobKey> keys(List<String> ids) {
        return ids.stream().map(id -> JobKey.parse(id, null)).toList();
    }

    /** The jobs that are there by now. */
    private List<String> ids() {
        List<String> ids = new ArrayList<>(named);
        orders.stream().map(TrainingOrder::job).filter(Objects::nonNull).forEach(ids::add);
        return ids;
    }

    private void refreshOrders() {
        if (ordered.isEmpty()) {
            return;
        }
        orders = beans.trainings().orders().find(ordered);
        long now = System.nanoTime();
        if (followedAt == 0 || now - followedAt > FOLLOWED_EVERY.toNanos()) {
            followedAt = now;
            beans.trainings().orders().followed(ordered);
        }
    }

    /** Says of the trainings that ended, or were not started, that this was told. */
    void told() {
        beans.trainings()
                .orders()
                .told(orders.stream()
                        .filter(order -> order.job() == null
                                ? order.status() == TrainingOrder.Status.GIVEN_UP
                                : row(order.job(), jobs.get(order.job()))
                                        .outcome()
                                        .isEnd())
                        .map(TrainingOrder::id)
                        .toList());
    }

    private void refresh() {
        refreshOrders();
        Map<String, WatchedJob> found = new LinkedHashMap<>();
        beans.watchList().find(ids()).forEach(job -> found.put(job.id(), job));
        jobs = found;
        refusing = beans.watchList().refusingTenants();
        progress.show(rows());
    }

    /** How everything stands now. */
    List<Row> look() {
        refresh();
        return rows();
    }

    /** Whether a training may have been started of which nobody knows the job yet. */
    boolean isStarting() {
        return orders.stream().anyMatch(order -> order.status() == TrainingOrder.Status.OPEN && order.inDoubt());
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String id : named) {
            rows.add(row(id, jobs.get(id)));
        }
        for (TrainingOrder order : orders) {
            rows.add(order.job() == null ? row(order) : row(order.job(), jobs.get(order.job())));
        }
        return rows;
    }

    private static Row row(TrainingOrder order) {
        boolean open = order.status() == TrainingOrder.Status.OPEN;
        return new Row(order.request().label(), null, open ? Outcome.RUNNING : Outcome.UNKNOWN, order.message());
    }

    private Row row(String id, WatchedJob job) {
        if (job == null) {
            return new Row(id, null, Outcome.RUNNING, null);
        }
        if (job.phase() == Phase.ENDED) {
            return new Row(id, job, Outcome.of(job.state()), null);
        }
        if (job.phase() == Phase.UNWATCHED) {
            return new Row(id, job, Outcome.UNKNOWN, "it was taken off the watch list");
        }
        if (job.unreachable()) {
            return new Row(id, job, Outcome.UNKNOWN, job.failure());
        }
        String refusal = refusing.get(job.key().tenant());
        return refusal == null ? new Row(id, job, Outcome.RUNNING, null) : new Row(id, job, Outcome.UNKNOWN, refusal);
    }

    /** The exit code for how things stand. */
    public int exitCode() {
        return rows().stream()
                .map(Row::outcome)
                .max(Comparator.naturalOrder())
                .map(Outcome::exitCode)
                .orElse(ExitCode.OK);
    }

    /**
     * Prints how everything ended.
     *
     * @param undelivered a line for each delivery that a target does not have
     */
    public void printSummary(PrintWriter out, List<String> undelivered) {
        out.println();
        Table table = new Table();
        rows().forEach(row -> table.row(row.id(), outcome(row), details(row)));
        out.print(table.text());
        if (!undelivered.isEmpty()) {
            out.println();
            out.println("Not delivered:");
            undelivered.forEach(line -> out.println("  " + line));
        }
        out.println();
        Statistics statistics = statistics();
        out.println("total_monitored          " + statistics.totalMonitored());
        out.println("success_count            " + statistics.successCount());
        out.println("failure_count            " + statistics.failureCount());
        out.println("cancelled_count          " + statistics.cancelledCount());
        out.println(String.format(Locale.ROOT, "success_rate_percent     %.2f", statistics.successRatePercent()));
        out.println(String.format(Locale.ROOT, "average_latency_seconds  %.6f", statistics.averageLatencySeconds()));
        out.println("audit_log_size           " + statistics.auditLogSize());
        out.flush();
    }

    private static String outcome(Row row) {
        return row.outcome() == Outcome.RUNNING
                        && (row.job() == null || row.job().state() == null)
                ? "PENDING"
                : row.outcome().name();
    }

    private static String details(Row row) {
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

    private Statistics statistics() {
        List<Row> rows = rows();
        return Statistics.of(
                rows.size(),
                count(rows, Outcome.COMPLETED),
                count(rows, Outcome.FAILED),
                count(rows, Outcome.CANCELLED),
                beans.clients().meanTenantSeconds(),
                beans.journal().size());
    }

    private static long count(List<Row> rows, Outcome outcome) {
        return rows.stream().filter(row -> row.outcome() == outcome).count();
    }

    /**
     * @param id of the job, or what is to become one
     * @param job {@code null} before it is on the watch list
     * @param why what stands in the way, where the outcome is unknown
     */
    public record Row(String id, WatchedJob job, Outcome outcome, String why) {}

    /** How a job stands for a command that watches it, in the order in which exit codes go before each other. */
    public enum Outcome {
        COMPLETED(ExitCode.OK),
        CANCELLED(ExitCode.SOME_CANCELLED),
        FAILED(ExitCode.SOME_FAILED),
        UNKNOWN(ExitCode.SOME_UNKNOWN),
        RUNNING(ExitCode.SOME_RUNNING);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }

        /** Whether the tenant said how it ended. */
        boolean isEnd() {
            return this == COMPLETED || this == FAILED || this == CANCELLED;
        }

        static Outcome of(TrainingState ended) {
            return switch (ended) {
                case COMPLETED -> COMPLETED;
                case FAILED -> FAILED;
                case CANCELLED -> CANCELLED;
                case QUEUED, RUNNING -> throw new IllegalArgumentException(ended + " is no end");
            };
        }
    }
}
