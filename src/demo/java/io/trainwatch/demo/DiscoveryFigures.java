package io.trainwatch.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.JobTruth;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.RequestLog;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.TaskScript;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What following tasks by discovery took, and how soon it told of their ends; seen from the tenant and the receiver. */
final class DiscoveryFigures {

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<JobState, String> EVENTS = Map.of(
            JobState.COMPLETED, "job.completed", JobState.FAILED, "job.failed", JobState.CANCELLED, "job.cancelled");

    private final Simulator simulator;
    private final List<TaskScript> trainings;
    private final Duration readInterval;
    private Duration took = Duration.ZERO;

    /** @param readInterval how often each job would be read on its own for the same delay */
    DiscoveryFigures(Simulator simulator, List<TaskScript> trainings, Duration readInterval) {
        this.simulator = simulator;
        this.trainings = trainings;
        this.readInterval = readInterval;
    }

    /** Requests to the tenant so far, of any kind. */
    long requests() {
        long sum = 0;
        for (RequestKind kind : RequestKind.values()) {
            sum += simulator.tenant().requests().count(kind);
        }
        return sum;
    }

    /** Events of ends so far. */
    long told() {
        return simulator.receiver().deliveries().stream()
                .filter(delivery -> EVENTS.values().stream().anyMatch(delivery.bodyText()::contains))
                .count();
    }

    /** Says that everything is over, after that time. */
    void over(Duration time) {
        took = time;
    }

    /** @return whether all is as it should be */
    boolean print(PrintWriter out) {
        Map<String, List<JsonNode>> events = eventsOfEnds();
        List<Long> delays = new ArrayList<>();
        int right = 0;
        double reads = 0;
        for (TaskScript training : trainings) {
            JobTruth truth = simulator.tenant().tasks().truth(training.project(), training.task());
            List<JsonNode> told = events.getOrDefault(training.taskId(), List.of());
            boolean isRight =
                    told.size() == 1 && told.get(0).path("event_type").asText().equals(EVENTS.get(truth.state()));
            right += isRight ? 1 : 0;
            Instant end = truth.endedAt().orElse(null);
            if (end != null) {
                reads += Duration.between(truth.createdAt(), end).toMillis() / (double) readInterval.toMillis();
            }
            if (isRight && end != null) {
                Instant seen = Instant.parse(told.get(0).path("observed_at").asText());
                delays.add(Duration.between(end, seen).toMillis());
            }
        }
        delays.sort(null);
        RequestLog log = simulator.tenant().requests();
        long refused =
                log.recent().stream().filter(entry -> entry.answered() == 429).count();
        long busiest = busiestWindow(log.recent());
        boolean inTime = !delays.isEmpty() && delays.get(delays.size() - 1) <= LONGEST_DELAY.toMillis();
        out.println();
        line(out, "trainings told of once and rightly    %d of %d", right, trainings.size());
        line(
                out,
                "requests                              %d in %d s: %d lists, %d reads of one task",
                requests(),
                took.toSeconds(),
                log.count(RequestKind.TASK_LIST),
                log.count(RequestKind.TASK));
        line(
                out,
                "most requests within 5 minutes        %d, of 1000 that are allowed; %d were refused",
                busiest,
                refused);
        line(out, "one read for each job, as often       %.0f requests: %.0f times as many", reads, reads / requests());
        line(out, "  within 5 minutes                    %.0f", perWindow(reads));
        line(
                out,
                "seconds from an end to its detection  p50 %.1f, p99 %.1f, max %.1f",
                at(delays, 0.5),
                at(delays, 0.99),
                at(delays, 1));
        return right == trainings.size() && refused == 0 && inTime;
    }

    private Map<String, List<JsonNode>> eventsOfEnds() {
        Map<String, List<JsonNode>> byJob = new HashMap<>();
        for (Delivery delivery : simulator.receiver().deliveries()) {
            try {
                JsonNode event = JSON.readTree(delivery.bodyText());
                if (EVENTS.containsValue(event.path("event_type").asText())) {
                    byJob.computeIfAbsent(event.path("job_id").asText(), id -> new ArrayList<>())
                            .add(event);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("An event is no JSON: " + delivery.bodyText(), e);
            }
        }
        return byJob;
    }

    /** The most requests in any 5 minutes; the log holds the latest 1,000, which are as many as are allowed. */
    private static long busiestWindow(List<RequestLog.Entry> log) {
        long most = 0;
        int from = 0;
        for (int to = 0; to < log.size(); to++) {
            while (!log.get(from).at().plus(WINDOW).isAfter(log.get(to).at())) {
                from++;
            }
            most = Math.max(most, to - from + 1L);
        }
        return most;
    }

    private double perWindow(double requests) {
        return took.compareTo(WINDOW) <= 0 ? requests : requests * WINDOW.toMillis() / took.toMillis();
    }

    /** Seconds below which that share of the delays is. */
    private static double at(List<Long> sorted, double share) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(Math.ceil(share * sorted.size()), sorted.size()) - 1) / 1000.0;
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
