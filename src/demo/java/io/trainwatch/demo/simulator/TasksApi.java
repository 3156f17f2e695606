package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;

/** The {@code tasks} API, for the bearer of a token or of the API key. For any thread. */
final class TasksApi extends SimulatedApi {

    static final int MISSING_ARGUMENT = 1000;

    private static final Set<String> ROOTS = Set.of("new", "v2.0", "auth");

    /** The code of each status whose code is not the status itself. */
    private static final Map<Integer, Integer> CODES = Map.of(400, 1005, 404, 1002, 409, 1004, 500, 1008, 504, 8001);

    private final TenantOptions options;
    private final SimulatedTasks tasks;
    private final Deque<Instant> withinLimit = new ArrayDeque<>();
    private final List<Served> served;
    private volatile boolean apiKeyRevoked;

    TasksApi(TenantOptions options, SimulatedTasks tasks, TenantFaults faults, RequestLog log) {
        super(options, faults, log, new TokenEndpoint(options, Chance.seed(options.seed(), "tasks"), true));
        this.options = options;
        this.tasks = tasks;
        TaskCalls taskCalls = new TaskCalls(tasks);
        TrainCalls trainings = new TrainCalls(tasks);
        ProjectCalls projects = new ProjectCalls(options.seed(), tasks);
        served = List.of(
                new Served("GET", "tasks", RequestKind.TASK_LIST, taskCalls::list),
                new Served("GET", "tasks/*", RequestKind.TASK, taskCalls::read),
                new Served("POST", "tasks/*/cancel", RequestKind.TASK_CANCEL, taskCalls::cancel),
                new Served("POST", "flows/*/intents/train", RequestKind.TRAIN, trainings::flow),
                new Served("POST", "projects/*/trainallflows", RequestKind.TRAIN, trainings::allFlows),
                new Served("POST", "locales/*/yesnointents/train", RequestKind.TRAIN, trainings::yesNoOfLocale),
                new Served(
                        "POST", "projects/*/locales/yesnointents/train", RequestKind.TRAIN, trainings::yesNoOfProject),
                new Served("GET", "projects", RequestKind.PROJECT, projects::projects),
                new Served("GET", "projects/*", RequestKind.PROJECT, projects::project),
                new Served("GET", "flows", RequestKind.RESOURCE, projects::flows),
                new Served("GET", "flows/*", RequestKind.RESOURCE, projects::flow),
                new Served("GET", "locales", RequestKind.RESOURCE, projects::locales),
                new Served("GET", "locales/*", RequestKind.RESOURCE, projects::locale));
    }

    /** Whether a path is one of this API rather than of {@code training}. */
    static boolean isBelow(String path) {
        List<String> parts = parts(path);
        return !parts.isEmpty() && ROOTS.contains(parts.get(0));
    }

    void revokeApiKey() {
        apiKeyRevoked = true;
    }

    @Override
    List<Served> served() {
        return served;
    }

    @Override
    List<String> belowBase(List<String> parts) {
        int prefix = parts.get(0).equals("new") ? 2 : 1;
        return parts.size() > prefix && parts.get(prefix - 1).equals("v2.0")
                ? parts.subList(prefix, parts.size())
                : List.of();
    }

    @Override
    boolean isTokenPath(List<String> parts) {
        return parts.equals(List.of("auth", "oauth2", "token"));
    }

    @Override
    SimulatedJob find(RequestKind kind, List<String> ids, Instant now) {
        boolean isOfTask = kind == RequestKind.TASK || kind == RequestKind.TASK_CANCEL;
        return isOfTask ? tasks.find(ids.get(0), now) : null;
    }

    @Override
    String address(List<String> ids, SimulatedJob job) {
        return job instanceof SimulatedTask task ? task.projectId() + "/" + task.id() : null;
    }

    @Override
    Set<String> scopes(Call call, Instant now) {
        String key = call.headers().get("X-API-Key");
        if (key == null) {
            return tokens.scopes(call.headers().get(HttpHeader.AUTHORIZATION), now);
        }
        boolean isGood = !apiKeyRevoked
                && MessageDigest.isEqual(
                        key.getBytes(StandardCharsets.UTF_8), options.apiKey().getBytes(StandardCharsets.UTF_8));
        return isGood ? Set.of() : null;
    }

    @Override
    Answer unauthorized(Call call) {
        return error(401, 0, "the API key or access token is missing, unknown, expired or revoked", call);
    }

    /** So many within any window of time; those that are refused do not count. */
    @Override
    boolean isOverLimit(Instant now) {
        if (options.taskLimit() == 0) {
            return false;
        }
        synchronized (withinLimit) {
            while (!withinLimit.isEmpty()
                    && !now.isBefore(withinLimit.peekFirst().plus(TenantOptions.LIMIT_WINDOW))) {
                withinLimit.removeFirst();
            }
            return withinLimit.size() >= options.taskLimit() || !withinLimit.add(now);
        }
    }

    @Override
    Answer cancelAccepted(Request request) {
        return Answer.empty(204);
    }

    @Override
    Answer error(int status, int code, String detail, Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "about:blank");
        body.put("title", Answer.title(status));
        body.put("status", status);
        body.put("detail", detail);
        body.put("instance", call.path());
        body.put("code", code == 0 ? CODES.getOrDefault(status, status) : code);
        body.put("traceId", "simulated-" + Long.toHexString(Chance.seed(status, call.path())));
        body.putObject("details");
        return Answer.json(status, "application/problem+json", body);
    }
}
