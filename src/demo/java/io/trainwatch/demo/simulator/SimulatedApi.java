package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Answers the requests of an API, rightly or with a fault, and keeps the books; what the API is about, who may call it and
 * how it reports errors is for its subclass to say. For any thread.
 */
abstract class SimulatedApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ON_PURPOSE = "the simulated tenant does so on purpose";
    private static final int[] SERVER_ERRORS = {500, 502, 503, 504};

    // RFC 9110 section 5.6.7 wants two digits of the day; the JDK's RFC_1123_DATE_TIME prints one where one is enough.
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    final TokenEndpoint tokens;
    private final TenantOptions options;
    private final TenantFaults faults;
    private final RequestLog log;
    private final AtomicLong tokenRequests = new AtomicLong();
    private final AtomicLong joblessRequests = new AtomicLong();
    private final AtomicInteger invalidPages = new AtomicInteger();

    SimulatedApi(TenantOptions options, TenantFaults faults, RequestLog log, TokenEndpoint tokens) {
        this.options = options;
        this.faults = faults;
        this.log = log;
        this.tokens = tokens;
    }

    /**
     * A call that is served.
     *
     * @param parts of its path; {@code *} stands for an id
     */
    record Served(String method, List<String> parts, RequestKind kind, Function<Request, Answer> right) {

        Served(String method, String path, RequestKind kind, Function<Request, Answer> right) {
            this(method, List.of(path.split("/")), kind, right);
        }

        private boolean matches(String calledMethod, List<String> called) {
            boolean matches = method.equals(calledMethod) && parts.size() == called.size();
            for (int i = 0; matches && i < parts.size(); i++) {
                matches = parts.get(i).equals("*") || parts.get(i).equals(called.get(i));
            }
            return matches;
        }

        private List<String> ids(List<String> called) {
            return IntStream.range(0, parts.size())
                    .filter(i -> parts.get(i).equals("*"))
                    .mapToObj(called::get)
                    .toList();
        }
    }

    /**
     * A request for something that is served.
     *
     * @param ids those that its path names
     * @param job the job or task that it is about; {@code null} where it is about none that is known
     * @param scopes of its token; {@code null} where its credentials are no good
     * @param number its own number; the same request of another run has the same one
     */
    record Request(
            RequestKind kind,
            List<String> ids,
            SimulatedJob job,
            Call call,
            Set<String> scopes,
            Instant now,
            long number) {

        /** The only id that its path names. */
        String id() {
            return ids.get(0);
        }

        /** Throws IllegalArgumentException where it is not well encoded. */
        Query query() {
            return Query.of(call.query());
        }
    }

    /** A request that is answered with an error. */
    static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final int status;
        private final int code;

        Refusal(int status, String detail) {
            this(status, 0, detail);
        }

        /** With another code than the usual one of the status, where the API tells one. */
        Refusal(int status, int code, String detail) {
            super(detail, null, false, false);
            this.status = status;
            this.code = code;
        }
    }

    /** The calls that are served, besides the one for a token. */
    abstract List<Served> served();

    /** The parts of a path below the base of the API; empty where it is not below. */
    abstract List<String> belowBase(List<String> parts);

    abstract boolean isTokenPath(List<String> parts);

    /** The job or task that a request is about; {@code null} where there is none. */
    abstract SimulatedJob find(RequestKind kind, List<String> ids, Instant now);

    /** The project and the id by which faults of this job are set; {@code null} where a request is about none. */
    abstract String address(List<String> ids, SimulatedJob job);

    /** What the caller may do; {@code null} where it may not call at all. */
    abstract Set<String> scopes(Call call, Instant now);

    abstract Answer unauthorized(Call call);

    /** Whether a request is one too many. */
    abstract boolean isOverLimit(Instant now);

    /** The answer to a cancel that is taken, whether or not it has an effect. */
    abstract Answer cancelAccepted(Request request);

    /**
     * An error as this API reports one.
     *
     * @param code the API's own code; 0 for that of the status
     */
    abstract Answer error(int status, int code, String detail, Call call);

    private Answer error(int status, String detail, Call call) {
        return error(status, 0, detail, call);
    }

    /** The parts of a path, however many slashes are between them. */
    static List<String> parts(String path) {
        return Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
    }

    Answer answer(Call call) {
        Instant now = options.clock().instant();
        List<String> parts = parts(call.path());
        if (call.method().equals("POST") && isTokenPath(parts)) {
            return isOverLimit(now) ? overLimit(call, RequestKind.TOKEN, now) : answerToken(call, now);
        }
        List<String> called = belowBase(parts);
        Served served = served().stream()
                .filter(one -> one.matches(call.method(), called))
                .findFirst()
                .orElse(null);
        RequestKind kind = served == null ? RequestKind.OTHER : served.kind();
        if (isOverLimit(now)) {
            return overLimit(call, kind, now);
        }
        return served == null
                ? logged(call, kind, now, error(404, "no such address", call), "")
                : answerServed(call, served, served.ids(called), now);
    }

    private Answer overLimit(Call call, RequestKind kind, Instant now) {
        return logged(call, kind, now, error(429, "too many requests from this address", call), "LIMIT");
    }

    private Answer answerToken(Call call, Instant now) {
        long number = tokenRequests.getAndIncrement();
        Optional<Fault> fault = faults.forTokens().draw(number, any -> true);
        Supplier<Answer> right = () -> tokens.answer(call, now);
        Answer answer =
                fault.map(value -> faulty(value, call, right, now, number)).orElseGet(right);
        return logged(
                call, RequestKind.TOKEN, now, answer, fault.map(Enum::name).orElse(""));
    }

    private Answer answerServed(Call call, Served served, List<String> ids, Instant now) {
        RequestKind kind = served.kind();
        SimulatedJob job = find(kind, ids, now);
        JobState stateThen = job == null ? null : job.look(now).state();
        Set<String> scopes = scopes(call, now);
        Answer answer;
        Optional<ApiFault> fault = Optional.empty();
        if (scopes == null) {
            answer = unauthorized(call);
        } else {
            if (job != null && (kind == RequestKind.STATUS || kind == RequestKind.TASK)) {
                job.recordRead(now);
            }
            long number = job == null ? joblessRequests.getAndIncrement() : job.nextRequest();
            Request request = new Request(kind, ids, job, call, scopes, now, number);
            fault = faults.draw(kind, address(ids, job), number);
            answer = fault.isPresent() ? spoiled(served, request, fault.get()) : right(served, request);
        }
        if (job != null && kind.isCancel()) {
            boolean accepted = answer.status() / 100 == 2
                    && fault.filter(Fault.IGNORE::equals).isEmpty();
            job.recordCancel(new JobTruth.Cancel(now, answer.seenStatus(), stateThen, accepted));
        }
        return logged(call, kind, now, answer, fault.map(Object::toString).orElse(""));
    }

    private Answer logged(Call call, RequestKind kind, Instant now, Answer answer, String fault) {
        log.record(new RequestLog.Entry(now, kind, call.method(), call.path(), answer.seenStatus(), fault));
        return answer;
    }

    private Answer right(Served served, Request request) {
        try {
            return served.right().apply(request);
        } catch (Refusal e) {
            return error(e.status, e.code, e.getMessage(), request.call());
        } catch (IllegalArgumentException e) {
            return error(400, e.getMessage(), request.call());
        }
    }

    private Answer spoiled(Served served, Request request, ApiFault fault) {
        if (!(fault instanceof Fault known)) {
            return invalid(served, request, fault);
        }
        return switch (known) {
            case INVALID_STATUS -> invalid(served, request, invalidInTurn(request));
            case IGNORE -> cancelAccepted(request);
            case REVOKE_TOKENS -> {
                tokens.revokeAll();
                yield unauthorized(request.call());
            }
            default -> faulty(known, request.call(), () -> right(served, request), request.now(), request.number());
        };
    }

    /**
     * The answer under a fault that can strike at the token endpoint too; the right one under any other.
     *
     * @param number the request's number, which chooses among the varieties of a fault
     */
    private Answer faulty(Fault fault, Call call, Supplier<Answer> right, Instant now, long number) {
        return switch (fault) {
            case THROTTLE_SECONDS ->
                error(429, ON_PURPOSE, call)
                        .with(
                                "Retry-After",
                                Long.toString(
                                        options.retryAfter().plusMillis(999).toSeconds()));
            case THROTTLE_DATE -> error(429, ON_PURPOSE, call).with("Retry-After", httpDate(now, options.retryAfter()));
            case THROTTLE_BARE -> error(429, ON_PURPOSE, call);
            case SERVER_ERROR -> {
                double drawn = Chance.at(Chance.seed(options.seed(), "server error"), number);
                yield error(SERVER_ERRORS[(int) (drawn * SERVER_ERRORS.length)], ON_PURPOSE, call);
            }
            case RESET -> Answer.none();
            case LOST_ANSWER -> right.get().in(Answer.Manner.NEVER);
            case SLOW_BODY -> right.get().in(Answer.Manner.SLOWLY);
            case HANG -> right.get().in(Answer.Manner.LATE);
            case REDIRECT -> Answer.empty(302).with("Location", "http://127.0.0.1:9/elsewhere");
            case FORBIDDEN -> error(403, ON_PURPOSE, call);
            case NOT_FOUND -> error(404, ON_PURPOSE, call);
            case CONFLICT -> error(409, ON_PURPOSE, call);
            case REVOKE_TOKENS, INVALID_STATUS, IGNORE -> right.get();
        };
    }

    /** An HTTP-date, rounded up to a second. */
    static String httpDate(Instant now, Duration delay) {
        return HTTP_DATE.format(now.plus(delay).plusMillis(999));
    }

    private ApiFault invalidInTurn(Request request) {
        if (request.job() != null) {
            return InvalidStatus.inTurn(request.job().nextInvalidAnswer());
        }
        int turn = invalidPages.getAndIncrement();
        return turn % 2 == 0 ? InvalidPage.inTurn(turn / 2) : InvalidStatus.inTurn(turn / 2);
    }

    /** Falls back to the right answer where that is a refusal: there is nothing to spoil. */
    private Answer invalid(Served served, Request request, ApiFault variety) {
        Answer right = right(served, request);
        if (right.status() != 200) {
            return right;
        }
        try {
            ObjectNode document = (ObjectNode) JSON.readTree(right.body());
            return variety instanceof InvalidPage page
                    ? page.answer(document)
                    : ((InvalidStatus) variety).answer(document);
        } catch (IOException e) {
            throw new UncheckedIOException("the right answer is not JSON", e);
        }
    }
}
