package io.trainwatch.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.http.Clients;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.LookCommits;
import io.trainwatch.watch.Stage;
import io.trainwatch.watch.WatchFigures;
import io.trainwatch.watch.WatchList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Message;

/**
 * The operations that {@code openapi.yaml} names, but for those that have a route of their own: which of them a request is
 * for, by its path. Thread-safe.
 */
public final class Api {

    private static final String DOCUMENT = "/trainwatch/openapi.yaml";
    private static final int PATH_OF_JOB = 4;

    private final WatchList watchList;
    private final Leases leases;
    private final LookCommits commits;
    private final Clients clients;
    private final Health health;
    private final JobsApi jobs;
    private final DeliveriesApi deliveries;
    private final ServiceApi service;
    private final String base;
    private final PageFiles page = new PageFiles(false);
    private final ObjectMapper mapper = new ObjectMapper();

    /** @param base what the paths begin with in another runtime; empty for nothing */
    public Api(
            WatchList watchList,
            Leases leases,
            LookCommits commits,
            Clients clients,
            Health health,
            JobsApi jobs,
            DeliveriesApi deliveries,
            ServiceApi service,
            String base) {
        this.watchList = watchList;
        this.leases = leases;
        this.commits = commits;
        this.clients = clients;
        this.health = health;
        this.jobs = jobs;
        this.deliveries = deliveries;
        this.service = service;
        this.base = base;
    }

    /** What the paths begin with. */
    String base() {
        return base;
    }

    /** Answers a request; what is no GET acts. */
    public void serve(Message message) {
        ApiRequest request = new ApiRequest(message, base);
        if (request.path().isEmpty()) {
            throw Refused.nothingHere();
        }
        if (request.isGet()) {
            read(message, request);
        } else {
            act(message, request);
        }
    }

    private void read(Message message, ApiRequest request) {
        List<String> path = request.path();
        if (path.equals(List.of("openapi.yaml"))) {
            JsonAnswer.send(message, 200, "application/yaml", document());
            return;
        }
        if (path.size() == 2 && path.get(0).equals("page")) {
            page.serve(message, path.get(1));
            return;
        }
        boolean isOfJob = path.size() >= PATH_OF_JOB && path.get(0).equals("jobs");
        Answer answer = isOfJob
                ? Answer.of(jobs.read(request))
                : switch (String.join("/", path)) {
                    case "statistics" -> Answer.of(statistics());
                    case "caller" -> Answer.of(service.caller(request.caller()));
                    case "troubles" -> Answer.of(service.troubles());
                    case "tenants" -> Answer.of(service.tenants());
                    case "jobs" -> jobs.list(request);
                    case "events" -> deliveries.events(request);
                    case "targets" -> Answer.of(deliveries.targets());
                    case "policies" -> Answer.of(service.policies());
                    case "audit" -> Answer.of(service.audit());
                    case "nodes" -> Answer.of(service.nodes());
                    default -> throw Refused.nothingHere();
                };
        String next = answer.next()
                .map(place -> "<" + request.queryWith("after", place) + ">; rel=\"next\"")
                .orElse(null);
        JsonAnswer.send(message, 200, answer.json());
        if (next != null) {
            message.setHeader("Link", next);
        }
    }

    private void act(Message message, ApiRequest request) {
        List<String> path = request.path();
        if (path.size() >= PATH_OF_JOB && path.get(0).equals("jobs")) {
            jobs.act(message, request);
            return;
        }
        ObjectNode answer = switch (path.get(0) + "/" + path.get(path.size() - 1)) {
            case "events/replay" -> deliveries.replay(request);
            case "targets/test" -> deliveries.test(request);
            case "targets/enable" -> deliveries.enable(request);
            case "targets/disable" -> deliveries.disable(request);
            default -> throw Refused.nothingHere();
        };
        JsonAnswer.send(message, 200, answer);
    }

    /** 200 while looks are taken and the audit is written, else 503 and what is wrong; either way what is degraded. */
    public void health(Message message) {
        ObjectNode answer = health.describe();
        JsonAnswer.send(message, "UP".equals(answer.get("status").asText()) ? 200 : 503, answer);
    }

    private static String document() {
        try (InputStream document = Api.class.getResourceAsStream(DOCUMENT)) {
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The figures of {@link Statistics}, and those of jobs, looks and deliveries. */
    private ObjectNode statistics() {
        WatchFigures.Counts counts = watchList.figures().counts();
        ObjectNode answer = mapper.valueToTree(Statistics.of(
                counts.total(),
                counts.completed(),
                counts.failed(),
                counts.cancelled(),
                clients.meanTenantSeconds(),
                counts.auditLines()));
        answer.put("unreachable_count", counts.unreachable());
        answer.put("request_count", clients.tenantRequests());
        answer.put("stale_refused", commits.refused());
        answer.put("looks_under_way", leases.looks().count());
        answer.put("look_count", leases.looks().lag().count());
        answer.put("look_lag_p50_seconds", leases.looks().lag().percentile(50).toNanos() / 1e9);
        answer.put("look_lag_p99_seconds", leases.looks().lag().percentile(99).toNanos() / 1e9);
        answer.put("look_lag_max_seconds", leases.looks().lag().longest().toNanos() / 1e9);
        RuntimeMXBean process = ManagementFactory.getRuntimeMXBean();
        leases.looks()
                .lag()
                .firstLook()
                .ifPresent(at -> answer.put(
                        "first_look_seconds_after_start", (at.toEpochMilli() - process.getStartTime()) / 1e3));
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        answer.put("heap_used_bytes", heap.getUsed());
        answer.put("heap_max_bytes", heap.getMax());
        ObjectNode stages = answer.putObject("jobs_by_stage");
        for (Stage stage : Stage.values()) {
            stages.put(stage.name(), 0L);
        }
        watchList
                .figures()
                .stages()
                .forEach(count -> stages.put(
                        count.stage().name(), stages.get(count.stage().name()).asLong() + count.jobs()));
        answer.put("trouble_count", watchList.figures().inTrouble());
        Map<String, Long> unsettled = deliveries.unsettled();
        answer.put("pending_deliveries", unsettled.getOrDefault("pending", 0L));
        answer.put("dead_deliveries", unsettled.getOrDefault("dead", 0L));
        return answer;
    }

    /**
     * The response to a request for something.
     *
     * @param json what Jackson can write
     * @param next where the next page of a list begins; empty where there is none
     */
    record Answer(Object json, Optional<String> next) {

        static Answer of(Object json) {
            return new Answer(json, Optional.empty());
        }
    }
}
