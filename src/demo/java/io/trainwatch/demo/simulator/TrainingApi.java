package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;

/** Answers the requests of the {@code training} API, rightly or with a fault, and keeps the books. For any thread. */
final class TrainingApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TenantOptions options;
    private final SimulatedJobs jobs;
    private final TenantFaults faults;
    private final FaultAnswers faultAnswers;
    private final RequestLog log;
    private final Tokens tokens;
    private final TokenEndpoint tokenEndpoint;
    private final AtomicLong tokenRequests = new AtomicLong();
    private final AtomicLong joblessRequests = new AtomicLong();

    TrainingApi(TenantOptions options, SimulatedJobs jobs, TenantFaults faults, RequestLog log) {
        this.options = options;
        this.jobs = jobs;
        this.faults = faults;
        this.log = log;
        faultAnswers = new FaultAnswers(options);
        tokens = new Tokens(options.seed());
        tokenEndpoint = new TokenEndpoint(options, tokens);
    }

    void revokeTokens() {
        tokens.revokeAll();
    }

    Answer answer(Call call) {
        Instant now = options.clock().instant();
        Target target = Target.of(call.method(), call.path());
        return switch (target.kind()) {
            case TOKEN -> answerToken(call, now);
            case OTHER -> logged(call, target, now, Answer.problem(404, "Not Found", "no such address"), "");
            default -> answerBearer(call, target, now);
        };
    }

    private Answer answerToken(Call call, Instant now) {
        long number = tokenRequests.getAndIncrement();
        Optional<Fault> fault = faults.forTokens().draw(number, any -> true);
        FaultAnswers.Answers right = () -> tokenEndpoint.answer(call, now);
        Answer answer =
                fault.map(value -> faultAnswers.of(value, right, now, number)).orElseGet(right::right);
        Target target = new Target(RequestKind.TOKEN, null, null);
        return logged(call, target, now, answer, fault.map(Enum::name).orElse(""));
    }

    private Answer answerBearer(Call call, Target target, Instant now) {
        SimulatedJob job = jobs.find(target.job());
        JobState stateThen = job == null ? null : job.look(now).state();
        Set<String> scopes = tokens.scopes(call.headers().get(HttpHeader.AUTHORIZATION), now);
        Answer answer;
        String faultName = "";
        if (scopes == null) {
            answer = unauthorized();
        } else {
            if (job != null && target.kind() == RequestKind.STATUS) {
                job.recordStatusRead(now);
            }
            Request request = new Request(target, job, scopes, now, number(job));
            Optional<ApiFault> fault = faults.draw(target.kind(), target.job(), request.number());
            answer = fault.isPresent() ? spoiled(request, fault.get()) : right(request);
            faultName = fault.map(Object::toString).orElse("");
        }
        if (job != null && target.kind() == RequestKind.CANCEL) {
            boolean acted = answer.status() == 202 && !faultName.equals(Fault.IGNORE.name());
            job.recordCancel(new JobTruth.Cancel(now, answer.seenStatus(), stateThen, acted));
        }
        return logged(call, target, now, answer, faultName);
    }

    /** A request whose token is good; {@code job} is {@code null} where there is none at that address. */
    private record Request(Target target, SimulatedJob job, Set<String> scopes, Instant now, long number) {}

    private long number(SimulatedJob job) {
        return job == null ? joblessRequests.getAndIncrement() : job.nextRequest();
    }

    private Answer right(Request request) {
        String project = request.target().project();
        String needed = request.target().kind() == RequestKind.CANCEL ? TokenEndpoint.WRITE : TokenEndpoint.READ;
        if (jobs.isWithdrawn(project)) {
            return Answer.problem(403, "Forbidden", "the client is not assigned to this project");
        }
        if (!request.scopes().contains(needed)) {
            return Answer.problem(403, "Forbidden", "the token lacks the scope " + needed);
        }
        if (request.target().kind() == RequestKind.PROJECT) {
            return jobs.hasProject(project)
                    ? Answer.json(200, "{\"id\":\"" + project + "\",\"name\":\"Simulated " + project + "\"}")
                    : Answer.problem(403, "Forbidden", "the client is not assigned to this project");
        }
        if (request.job() == null) {
            return Answer.problem(404, "Not Found", "no such job");
        }
        return request.target().kind() == RequestKind.CANCEL ? cancel(request) : status(request);
    }

    private static Answer status(Request request) {
        JobCurve.Look look = request.job().look(request.now());
        return Answer.json(200, StatusJson.render(request.job(), look))
                .whenServed(() -> request.job().recordServed(look, request.now()));
    }

    private static Answer cancel(Request request) {
        return request.job().cancel(request.now())
                ? accepted(request)
                : Answer.problem(409, "Conflict", "the job is over already");
    }

    private static Answer accepted(Request request) {
        return Answer.json(202, "{\"job_id\":\"" + request.target().job().job() + "\",\"status\":\"cancelling\"}");
    }

    private Answer spoiled(Request request, ApiFault fault) {
        if (fault instanceof InvalidStatus invalid) {
            return invalid(request, invalid);
        }
        FaultAnswers.Answers answers = new FaultAnswers.Answers() {
            @Override
            public Answer right() {
                return TrainingApi.this.right(request);
            }

            @Override
            public Answer invalid() {
                return TrainingApi.this.invalid(request, null);
            }

            @Override
            public Answer ignored() {
                return accepted(request);
            }

            @Override
            public Answer revoked() {
                tokens.revokeAll();
                return unauthorized();
            }
        };
        return faultAnswers.of((Fault) fault, answers, request.now(), request.number());
    }

    /** Falls back to the right answer where that is a refusal: there is no status to spoil. */
    private Answer invalid(Request request, InvalidStatus wanted) {
        Answer right = right(request);
        if (right.status() != 200) {
            return right;
        }
        InvalidStatus variety =
                wanted != null ? wanted : InvalidStatus.inTurn(request.job().nextInvalidAnswer());
        try {
            ObjectNode status = (ObjectNode) JSON.readTree(right.body());
            return Answer.of(200, variety.contentType(), variety.render(status));
        } catch (IOException e) {
            throw new UncheckedIOException("the right answer is not JSON", e);
        }
    }

    private static Answer unauthorized() {
        return Answer.problem(401, "Unauthorized", "the access token is missing, unknown, expired or revoked")
                .with("WWW-Authenticate", "Bearer realm=\"training\", error=\"invalid_token\"");
    }

    private Answer logged(Call call, Target target, Instant now, Answer answer, String fault) {
        log.record(new RequestLog.Entry(now, target.kind(), call.method(), call.path(), answer.seenStatus(), fault));
        return answer;
    }
}
