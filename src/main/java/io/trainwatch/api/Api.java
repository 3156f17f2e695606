package io.trainwatch.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditHealth;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.Words;
import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.tenant.RequestTimes;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.Phase;
import io.trainwatch.watch.StaleLooks;
import io.trainwatch.watch.WatchList;
import io.trainwatch.watch.WatchedJob;
import io.trainwatch.webhook.TargetState;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;

/** What the REST routes answer with. Reads only. Thread-safe. */
public final class Api {

    private static final int MOST_JOBS = 1_000;
    /** More rows than this wait only while the file cannot be written. */
    private static final long AUDIT_BACKLOG = 10_000;
    /** A look that is this late means that none are taken. */
    private static final Duration LATE = Duration.ofMinutes(2);
    /** Looks are claimed in ticks of a second or so; a store that does not answer takes some seconds to say so. */
    private static final Duration SILENT = Duration.ofSeconds(30);
    /** Who asks for the health gives up soon; a connection to a server that is away is waited for longer. */
    private static final long MAX_HEALTH_MILLIS = 1_500;

    private final WatchList watchList;
    private final Journal journal;
    private final AuditHealth audit;
    private final Leases leases;
    private final StaleLooks staleLooks;
    private final RequestTimes requestTimes;
    private final Supplier<List<TargetState>> targets;
    private final Supplier<List<String>> troubles;
    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * @param targets how the webhook targets do
     * @param troubles what somebody should see to, though the service does its work
     */
    public Api(
            WatchList watchList,
            Journal journal,
            AuditHealth audit,
            Leases leases,
            StaleLooks staleLooks,
            RequestTimes requestTimes,
            Supplier<List<TargetState>> targets,
            Supplier<List<String>> troubles) {
        this.watchList = watchList;
        this.journal = journal;
        this.audit = audit;
        this.leases = leases;
        this.staleLooks = staleLooks;
        this.requestTimes = requestTimes;
        this.targets = targets;
        this.troubles = troubles;
    }

    /** The figures of {@link Statistics}, and those of the looks. */
    public void statistics(Message message) {
        WatchList.Counts counts = watchList.counts();
        ObjectNode answer = mapper.valueToTree(Statistics.of(
                counts.total(),
                counts.completed(),
                counts.failed(),
                counts.cancelled(),
                requestTimes.meanSeconds(),
                counts.auditLines()));
        answer.put("unreachable_count", counts.unreachable());
        answer.put("request_count", requestTimes.requests());
        answer.put("stale_refused", staleLooks.count());
        answer.put("looks_under_way", leases.underWay());
        answer.put("look_count", leases.lag().count());
        answer.put("look_lag_p50_seconds", leases.lag().percentile(50).toNanos() / 1e9);
        answer.put("look_lag_p99_seconds", leases.lag().percentile(99).toNanos() / 1e9);
        answer.put("look_lag_max_seconds", leases.lag().longest().toNanos() / 1e9);
        RuntimeMXBean process = ManagementFactory.getRuntimeMXBean();
        leases.lag()
                .firstLook()
                .ifPresent(at -> answer.put(
                        "first_look_seconds_after_start", (at.toEpochMilli() - process.getStartTime()) / 1e3));
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        answer.put("heap_used_bytes", heap.getUsed());
        answer.put("heap_max_bytes", heap.getMax());
        JsonAnswer.send(message, 200, answer);
    }

    /**
     * The jobs on the watch list, the latest first, {@value #MOST_JOBS} at most; those in one state where the query names
     * it as {@code state}.
     */
    public void jobs(Message message, @Header(Exchange.HTTP_QUERY) String query) {
        String state = stateIn(query);
        ArrayNode answer = mapper.createArrayNode();
        for (WatchedJob job : watchList.latest(MOST_JOBS)) {
            String known = job.state() == null ? null : job.state().name();
            if (state == null || state.equals(known)) {
                ObjectNode node = answer.addObject();
                node.put("id", job.id());
                node.put("phase", job.phase().name());
                node.put("state", known);
                node.put("progress", job.observed().lastProgress());
                ExpectedEnd end =
                        job.phase() == Phase.ENDED ? null : job.observed().expectedEnd();
                if (end == null) {
                    node.putNull("eta");
                } else {
                    node.putObject("eta")
                            .put("from", end.from().toString())
                            .put("to", end.to().toString());
                }
                node.put("peak_cpu", job.observed().peakCpu());
                node.put("peak_memory", job.observed().peakMemory());
                node.put("watched_since", job.watchedSince().toString());
                node.put("failed_looks", job.failures());
                node.put("failure", job.failure());
                node.put("broke", job.breach() == null ? null : job.breach().rule());
            }
        }
        JsonAnswer.send(message, 200, answer);
    }

    /** Read from the query itself: Camel makes headers of a request and values of its query the same. */
    private static String stateIn(String query) {
        return Stream.of(query == null ? new String[0] : query.split("&"))
                .filter(pair -> pair.startsWith("state="))
                .map(pair -> URLDecoder.decode(pair.substring("state=".length()), StandardCharsets.UTF_8))
                .findFirst()
                .orElse(null);
    }

    /** 200 while looks are taken and the audit is written, else 503 and what is wrong; either way what is degraded. */
    public void health(Message message) {
        ObjectNode answer = CompletableFuture.supplyAsync(this::health)
                .completeOnTimeout(
                        down("the store has not answered within " + MAX_HEALTH_MILLIS + " ms"),
                        MAX_HEALTH_MILLIS,
                        TimeUnit.MILLISECONDS)
                .join();
        JsonAnswer.send(message, "UP".equals(answer.get("status").asText()) ? 200 : 503, answer);
    }

    private ObjectNode health() {
        ObjectNode answer = mapper.createObjectNode();
        try {
            answer.put("status", health(answer) ? "UP" : "DOWN");
            return answer;
        } catch (RuntimeException e) {
            return down(Words.of(e));
        }
    }

    private ObjectNode down(String why) {
        return mapper.createObjectNode().put("status", "DOWN").put("looks", why);
    }

    private boolean health(ObjectNode answer) {
        answer.put("status", "DOWN"); // stands first
        Optional<String> unlooked = whyNoLooks();
        long backlog = journal.unexported();
        Optional<String> unwritten = audit.whyNot()
                .map(why -> "cannot be written"
                        + audit.failure()
                                .map(failure -> " since " + failure.since())
                                .orElse("") + ": " + why + "; "
                        + backlog + " rows wait, and no job is cancelled")
                .or(() -> backlog < AUDIT_BACKLOG
                        ? Optional.empty()
                        : Optional.of(backlog + " rows wait to be written; see the log"));
        boolean auditing = unwritten.isEmpty();
        answer.put("looks", unlooked.orElse("taken"));
        answer.put("audit", unwritten.orElse("written"));
        audit.lastFault().ifPresent(fault -> answer.put("audit_fault", fault));
        ObjectNode webhooks = answer.putObject("webhooks");
        // A target that takes nothing is its receiver's trouble, and no reason to restart this process.
        targets.get().forEach(target -> webhooks.put(target.name(), target.describe()));
        ArrayNode degraded = answer.putArray("degraded");
        troubles.get().forEach(degraded::add);
        return unlooked.isEmpty() && auditing;
    }

    private Optional<String> whyNoLooks() {
        Duration late = watchList.longestOverdue();
        Duration silent = leases.sinceLastClaim();
        if (leases.claimFault().isPresent()) {
            return leases.claimFault().map(why -> "due jobs cannot be claimed: " + why);
        }
        if (silent.compareTo(SILENT) >= 0) {
            return Optional.of("the tick that claims due jobs has not come for " + silent.toSeconds() + " s");
        }
        if (late.compareTo(LATE) >= 0) {
            return Optional.of("the longest due look is " + late.toSeconds() + " s late");
        }
        return watchList
                .unseen(LATE)
                .map(job -> job.job() + " was not looked at for " + job.since().toSeconds() + " s, though it waits for "
                        + job.longestWait().toSeconds() + " s at most");
    }
}
