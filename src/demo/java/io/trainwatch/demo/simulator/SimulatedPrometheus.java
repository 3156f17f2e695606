package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Prometheus that knows what the tasks of the tenant use while they run. Of its API it has instant queries, and of PromQL
 * selectors with {@code =}, such as {@code task_cpu_percent{job="5f2a…"}}, and {@code vector(1)}.
 *
 * <p>The metrics are {@code task_cpu_percent}, {@code task_memory_percent} and {@code task_gpu_memory_bytes}, with the
 * labels {@code project} and {@code job}. One task in five uses too much CPU, by the seed. For any thread.
 */
public final class SimulatedPrometheus {

    static final String BASE = "/prometheus";

    private static final Pattern SELECTOR = Pattern.compile("\\s*([a-z_]+)\\s*(?:\\{([^}]*)})?\\s*");
    private static final Pattern MATCHER = Pattern.compile("\\s*([a-z_]+)\\s*=\\s*\"([^\"]*)\"\\s*(?:,|$)");
    private static final double GIGABYTE = 1e9;

    private final TenantOptions options;
    private final SimulatedTasks tasks;
    private final long seed;
    private final Map<String, Double> fixed = new ConcurrentHashMap<>();
    private final AtomicLong queries = new AtomicLong();
    private volatile String token;

    SimulatedPrometheus(TenantOptions options, SimulatedTasks tasks) {
        this.options = options;
        this.tasks = tasks;
        seed = Chance.seed(options.seed(), "prometheus");
    }

    /** Answers 401 from now on where this is not the bearer token. */
    public void requireToken(String value) {
        token = value;
    }

    /** Gives this value for a task from now on. */
    public void fix(String metric, String job, double value) {
        fixed.put(metric + "/" + job, value);
    }

    /** Queries so far, answered or not. */
    public long queries() {
        return queries.get();
    }

    static boolean isBelow(String path) {
        return path.startsWith(BASE + "/");
    }

    Answer answer(Call call) {
        if (!call.path().equals(BASE + "/api/v1/query")) {
            return Answer.of(404, "text/plain", "404 page not found\n".getBytes(StandardCharsets.UTF_8));
        }
        queries.incrementAndGet();
        if (token != null && !("Bearer " + token).equals(call.headers().get("Authorization"))) {
            return Answer.empty(401);
        }
        String query;
        try {
            query = Query.of(call.query()).get("query");
        } catch (IllegalArgumentException e) {
            query = null;
        }
        if (query == null) {
            return error(400, "bad_data", "invalid parameter \"query\": unknown position: parse error");
        }
        return right(query, options.clock().instant());
    }

    private Answer right(String query, Instant now) {
        if (query.strip().equals("vector(1)")) {
            return vector(List.of(sample(Map.of(), now, "1")));
        }
        Matcher selector = SELECTOR.matcher(query);
        Optional<Map<String, String>> wanted = selector.matches() ? matchers(selector.group(2)) : Optional.empty();
        if (wanted.isEmpty()) {
            return error(
                    400,
                    "bad_data",
                    "invalid parameter \"query\": 1:1: parse error: the simulator knows no such query");
        }
        List<ObjectNode> found = new ArrayList<>();
        for (SimulatedTask task : tasks.everyTask()) {
            Map<String, String> labels = Map.of("project", task.projectId(), "job", task.id());
            boolean matches = wanted.get().entrySet().stream()
                    .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
            if (matches && task.isKnown(now, Duration.ZERO) && task.look(now).state() == JobState.RUNNING) {
                value(selector.group(1), task, now).ifPresent(value -> found.add(sample(labels, now, text(value))));
            }
        }
        return vector(found);
    }

    private static Optional<Map<String, String>> matchers(String text) {
        Map<String, String> labels = new HashMap<>();
        String rest = text == null ? "" : text;
        while (!rest.isBlank()) {
            Matcher next = MATCHER.matcher(rest);
            if (!next.lookingAt()) {
                return Optional.empty();
            }
            labels.put(next.group(1), next.group(2));
            rest = rest.substring(next.end());
        }
        return Optional.of(labels);
    }

    private Optional<Double> value(String metric, SimulatedTask task, Instant at) {
        Double given = fixed.get(metric + "/" + task.id());
        if (given != null) {
            return Optional.of(given);
        }
        long own = Chance.seed(seed, task.id());
        double noise = Chance.at(own, at.getEpochSecond());
        return switch (metric) {
            case "task_cpu_percent" -> Optional.of(Chance.at(own, 0) < 0.2 ? 97 + 2 * noise : 30 + 40 * noise);
            case "task_memory_percent" -> Optional.of(40 + 30 * Chance.at(own, 1) + 5 * noise);
            case "task_gpu_memory_bytes" -> Optional.of(Math.rint((2 + noise) * GIGABYTE));
            default -> Optional.empty();
        };
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static ObjectNode sample(Map<String, String> labels, Instant at, String value) {
        ObjectNode series = JsonNodeFactory.instance.objectNode();
        ObjectNode metric = series.putObject("metric");
        labels.forEach(metric::put);
        series.putArray("value").add(BigDecimal.valueOf(at.toEpochMilli(), 3)).add(value);
        return series;
    }

    private static Answer vector(List<ObjectNode> series) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("status", "success");
        ArrayNode result = answer.putObject("data").put("resultType", "vector").putArray("result");
        series.forEach(result::add);
        return Answer.json(200, answer);
    }

    private static Answer error(int status, String type, String message) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("status", "error").put("errorType", type).put("error", message);
        return Answer.json(status, answer);
    }
}
