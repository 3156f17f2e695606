package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;

/** The {@code training} API: jobs, and the projects that the client may see. For any thread. */
final class TrainingApi extends SimulatedApi {

    static final String BASE = "/api/v2";

    private static final List<String> BASE_PARTS = parts(BASE);

    private final Map<String, SimulatedJob> jobs = new ConcurrentHashMap<>();
    private final Set<String> projects = ConcurrentHashMap.newKeySet();
    private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();
    private final List<Served> served = List.of(
            new Served("GET", "projects/*", RequestKind.PROJECT, this::project),
            new Served("GET", "projects/*/ai/train/*/status", RequestKind.STATUS, this::status),
            new Served("DELETE", "projects/*/ai/train/*", RequestKind.CANCEL, this::cancel));

    TrainingApi(TenantOptions options, TenantFaults faults, RequestLog log) {
        super(options, faults, log, new TokenEndpoint(options, options.seed(), false));
    }

    void add(SimulatedJob job) {
        JobScript script = job.life();
        if (jobs.putIfAbsent(script.project() + "/" + script.job(), job) != null) {
            throw new IllegalArgumentException(
                    "there is a simulated job " + script.project() + "/" + script.job() + " already");
        }
        projects.add(script.project());
    }

    Collection<SimulatedJob> all() {
        return jobs.values();
    }

    /** The job there; {@code null} where there is none. */
    SimulatedJob find(String project, String job) {
        return jobs.get(project + "/" + job);
    }

    void remove(String project, String job) {
        jobs.remove(project + "/" + job);
    }

    void withdraw(String project) {
        withdrawn.add(project);
    }

    @Override
    List<Served> served() {
        return served;
    }

    @Override
    List<String> belowBase(List<String> parts) {
        return parts.size() > 2 && parts.subList(0, 2).equals(BASE_PARTS) ? parts.subList(2, parts.size()) : List.of();
    }

    @Override
    boolean isTokenPath(List<String> parts) {
        return belowBase(parts).equals(List.of("oauth", "token"));
    }

    @Override
    SimulatedJob find(RequestKind kind, List<String> ids, Instant now) {
        return ids.size() < 2 ? null : find(ids.get(0), ids.get(1));
    }

    @Override
    String address(List<String> ids, SimulatedJob job) {
        return ids.size() < 2 ? null : String.join("/", ids);
    }

    @Override
    Set<String> scopes(Call call, Instant now) {
        return tokens.scopes(call.headers().get(HttpHeader.AUTHORIZATION), now);
    }

    @Override
    Answer unauthorized(Call call) {
        return Answer.problem(401, "the access token is missing, unknown, expired or revoked")
                .with("WWW-Authenticate", "Bearer realm=\"training\", error=\"invalid_token\"");
    }

    @Override
    boolean isOverLimit(Instant now) {
        return false;
    }

    @Override
    Answer error(int status, int code, String detail, Call call) {
        return Answer.problem(status, detail);
    }

    private void requireAccess(Request request, String scope) {
        if (withdrawn.contains(request.id())) {
            throw new Refusal(403, "the client is not assigned to this project");
        }
        if (!request.scopes().contains(scope)) {
            throw new Refusal(403, "the token lacks the scope " + scope);
        }
    }

    private static SimulatedJob required(Request request) {
        if (request.job() == null) {
            throw new Refusal(404, "no such job");
        }
        return request.job();
    }

    private Answer project(Request request) {
        requireAccess(request, TokenEndpoint.READ);
        if (!projects.contains(request.id())) {
            throw new Refusal(403, "the client is not assigned to this project");
        }
        return Answer.json(
                200,
                JsonNodeFactory.instance.objectNode().put("id", request.id()).put("name", "Simulated " + request.id()));
    }

    private Answer status(Request request) {
        requireAccess(request, TokenEndpoint.READ);
        SimulatedJob job = required(request);
        JobCurve.Look look = job.look(request.now());
        return Answer.json(200, StatusJson.render(job, look)).whenServed(() -> {
            job.recordServed(look, request.now(), false);
            job.recordReadings(look);
        });
    }

    private Answer cancel(Request request) {
        requireAccess(request, TokenEndpoint.WRITE);
        if (!required(request).cancel(request.now())) {
            throw new Refusal(409, "the job is over already");
        }
        return cancelAccepted(request);
    }

    @Override
    Answer cancelAccepted(Request request) {
        return Answer.json(
                202,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("job_id", request.ids().get(1))
                        .put("status", "cancelling"));
    }
}
