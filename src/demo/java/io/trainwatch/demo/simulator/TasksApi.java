package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Answers the requests of the {@code tasks} API, rightly or with a fault, and keeps the books. For any thread. */
final class TasksApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<Fault> ERRORS = EnumSet.of(
            Fault.THROTTLE_SECONDS,
            Fault.THROTTLE_DATE,
            Fault.THROTTLE_BARE,
            Fault.SERVER_ERROR,
            Fault.FORBIDDEN,
            Fault.NOT_FOUND,
            Fault.CONFLICT);
    private static final String ON_PURPOSE = "the simulated tenant does so on purpose";

    private final TenantOptions options;
    private final SimulatedTasks tasks;
    private final TenantFaults faults;
    private final FaultAnswers faultAnswers;
    private final RequestLog log;
    private final TaskAccess access;
    private final RequestLimit limit;
    private final TaskAnswers answers;
    private final AtomicLong tokenRequests = new AtomicLong();
    private final AtomicLong tasklessRequests = new AtomicLong();
    private final AtomicInteger invalidPages = new AtomicInteger();

    TasksApi(TenantOptions options, SimulatedTasks tasks, TenantFaults faults, RequestLog log) {
        this.options = options;
        this.tasks = tasks;
        this.faults = faults;
        this.log = log;
        faultAnswers = new FaultAnswers(options);
        access = new TaskAccess(options);
        limit = new RequestLimit(options.tasks().limit(), options.tasks().limitWindow());
        answers = new TaskAnswers(options.seed(), tasks);
    }

    TaskAccess access() {
        return access;
    }

    Answer answer(Call call) {
        Instant now = options.clock().instant();
        TaskTarget target = TaskTarget.of(call.method(), call.path());
        if (!limit.take(now)) {
            Answer refused = TaskErrors.of(429, "too many requests from this address", call.path());
            return logged(call, target, now, refused, "LIMIT");
        }
        return switch (target.kind()) {
            case TOKEN -> answerToken(call, target, now);
            case OTHER -> logged(call, target, now, TaskErrors.of(404, "no such address", call.path()), "");
            default -> answerKnown(call, target, now);
        };
    }

    private Answer answerToken(Call call, TaskTarget target, Instant now) {
        long number = tokenRequests.getAndIncrement();
        Optional<Fault> fault = faults.forTokens().draw(number, any -> true);
        FaultAnswers.Answers right = () -> access.endpoint().answer(call, now);
        Answer answer =
                fault.map(value -> faultAnswers.of(value, right, now, number)).orElseGet(right::right);
        return logged(call, target, now, answer, fault.map(Enum::name).orElse(""));
    }

    private Answer answerKnown(Call call, TaskTarget target, Instant now) {
        if (!access.allows(call, now)) {
            return logged(call, target, now, unauthorized(call), "");
        }
        SimulatedTask task = target.kind() == RequestKind.TASK || target.kind() == RequestKind.TASK_CANCEL
                ? tasks.find(target.id(), now)
                : null;
        if (task != null && target.kind() == RequestKind.TASK) {
            task.recordRead();
        }
        TaskStatus statusThen = task == null ? null : task.look(now).status();
        long number = task == null ? tasklessRequests.getAndIncrement() : task.nextRequest();
        TaskRequest request = new TaskRequest(target, task, call, now, number);
        JobAddress address = task == null ? null : new JobAddress(task.projectId(), task.id());
        Optional<ApiFault> fault = faults.draw(target.kind(), address, number);
        Answer answer = fault.isPresent() ? spoiled(request, fault.get()) : right(request);
        if (task != null && target.kind() == RequestKind.TASK_CANCEL) {
            boolean accepted = answer.status() >= 200
                    && answer.status() < 300
                    && fault.filter(Fault.IGNORE::equals).isEmpty();
            task.recordCancel(new TaskTruth.Cancel(now, answer.seenStatus(), statusThen, accepted));
        }
        return logged(call, target, now, answer, fault.map(Object::toString).orElse(""));
    }

    private Answer right(TaskRequest request) {
        try {
            return answers.of(request);
        } catch (TaskRefusal e) {
            return e.answer(request.call().path());
        } catch (IllegalArgumentException e) {
            return TaskErrors.of(400, e.getMessage(), request.call().path());
        }
    }

    private Answer spoiled(TaskRequest request, ApiFault fault) {
        if (!(fault instanceof Fault known)) {
            return invalid(request, fault);
        }
        FaultAnswers.Answers possible = new FaultAnswers.Answers() {
            @Override
            public Answer right() {
                return TasksApi.this.right(request);
            }

            @Override
            public Answer invalid() {
                return TasksApi.this.invalid(request, invalidInTurn(request));
            }

            @Override
            public Answer ignored() {
                return answers.accepted();
            }

            @Override
            public Answer revoked() {
                access.revokeTokens();
                return unauthorized(request.call());
            }
        };
        Answer answer = faultAnswers.of(known, possible, request.now(), request.number());
        return ERRORS.contains(known)
                ? TaskErrors.dressed(answer, ON_PURPOSE, request.call().path())
                : answer;
    }

    private ApiFault invalidInTurn(TaskRequest request) {
        if (request.task() != null) {
            return InvalidTask.inTurn(request.task().nextInvalidAnswer());
        }
        int turn = invalidPages.getAndIncrement();
        return turn % 2 == 0 ? InvalidPage.inTurn(turn / 2) : InvalidTask.inTurn(turn / 2);
    }

    /** Falls back to the right answer where that is a refusal: there is nothing to spoil. */
    private Answer invalid(TaskRequest request, ApiFault variety) {
        Answer right = right(request);
        if (right.status() != 200) {
            return right;
        }
        try {
            ObjectNode document = (ObjectNode) JSON.readTree(right.body());
            return variety instanceof InvalidPage page
                    ? page.answer(document)
                    : ((InvalidTask) variety).answer(document);
        } catch (IOException e) {
            throw new UncheckedIOException("the right answer is not JSON", e);
        }
    }

    private Answer unauthorized(Call call) {
        return TaskErrors.of(401, "the API key or access token is missing, unknown, expired or revoked", call.path());
    }

    private Answer logged(Call call, TaskTarget target, Instant now, Answer answer, String fault) {
        log.record(new RequestLog.Entry(now, target.kind(), call.method(), call.path(), answer.seenStatus(), fault));
        return answer;
    }
}
