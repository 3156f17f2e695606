package io.trainwatch.demo.scenarios;

import static io.trainwatch.demo.scenarios.Scenario.SHOP;

import io.trainwatch.demo.simulator.CancelOutcome;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Fault;
import io.trainwatch.demo.simulator.ProjectScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.RequestLog;
import io.trainwatch.demo.simulator.TaskScript;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The situations in which the tools that exist for Cognigy.AI fail: its command line, its MCP server, its official client.
 * What they do was measured against a stub.
 */
final class Scenarios {

    private static final String EXITS_0 = "CLI: exit 0";
    private static final String NONE_SURVIVES = "none survives a restart";
    private static final Duration ASKED = Duration.ofSeconds(35);

    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(endings());
        all.addAll(answers());
        all.addAll(refusals());
        all.addAll(starts());
        return all;
    }

    /** Of those, the ones that the build runs. */
    static List<Scenario> brief() {
        return all().stream().filter(Scenario::brief).toList();
    }

    private static List<Scenario> endings() {
        return List.of(
                Scenario.of("training is done", "none tells anybody", 0)
                        .expecting(
                                "1 training started, 1 signed webhook",
                                result -> result.started() == 1 && result.events("job.completed") == 1),
                Scenario.of("training fails", EXITS_0, 10)
                        .trainings(training -> brief(training).ending(Ending.FAILS))
                        .expecting(
                                "1 webhook with the reason",
                                result -> result.started() == 1 && result.events("job.failed") == 1),
                Scenario.of("somebody cancels it", "CLI: polls on until 100 s, exit 0", 11)
                        .trainings(training -> brief(training).ending(Ending.CANCELLED_BY_OTHERS))
                        .expecting("seen at once", result -> result.took().compareTo(Duration.ofSeconds(60)) < 0),
                Scenario.of("cancelled too late: cancelling, then done", "two tools take cancelling for the end", 0)
                        .trainings(training -> training.running(Duration.ofSeconds(8))
                                .cancelled(CancelOutcome.DONE, Duration.ofSeconds(3)))
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TASK, 1);
                            running.cancel();
                        })
                        .expecting(
                                "cancelled by the other, not by us",
                                result -> result.requests(RequestKind.TASK_CANCEL) == 1),
                Scenario.of("training takes 110 s", "CLI: stops at 100 s, exit 0", 0)
                        .lasting(Duration.ofSeconds(110)),
                Scenario.of("still running at --timeout", EXITS_0, 13)
                        .lasting(Duration.ofHours(1))
                        .with("--timeout", "6s")
                        .expecting("left running", result -> result.requests(RequestKind.TASK_CANCEL) == 0),
                Scenario.of("task vanishes: 404", EXITS_0, 12)
                        .lasting(Duration.ofHours(1))
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TASK, 2);
                            running.tenant()
                                    .tasks()
                                    .forget("shop", running.training().taskId());
                        })
                        .expecting("unknown, not done", result -> result.told().startsWith("UNKNOWN: 404")));
    }

    private static List<Scenario> answers() {
        return List.of(
                Scenario.of("5xx for the first 6 reads", "CLI: ten retries in 15 ms, then exit 0", 0)
                        .striking(RequestKind.TASK, Fault.SERVER_ERROR, 6),
                Scenario.of("two failed reads, then the training fails", "MCP server: trained: true", 10)
                        .inBrief()
                        .striking(RequestKind.TASK, Fault.RESET, 2)
                        .trainings(training -> brief(training).ending(Ending.FAILS)),
                Scenario.of("429 on two reads", "CLI: takes 429 as the end, exit 0", 0)
                        .striking(RequestKind.TASK, Fault.THROTTLE_SECONDS, 2),
                Scenario.of("429 with Retry-After 35 s", "official client: honours only 13-31 s", 0)
                        .options(options -> options.retryAfter(ASKED))
                        .striking(RequestKind.TASK, Fault.THROTTLE_SECONDS, 1)
                        .expecting("no request for 35 s", Scenarios::keptQuiet),
                Scenario.of("answers are no tasks, three times", "undefined", 0)
                        .striking(RequestKind.TASK, Fault.INVALID_STATUS, 3),
                Scenario.of("token lives 3 s", "official client: no new token for client credentials", 0)
                        .oauth()
                        .options(options -> options.tokenLife(Duration.ofSeconds(3)))
                        .lasting(Duration.ofSeconds(9))
                        .expecting(
                                "3 tokens or more",
                                result -> result.started() == 1 && result.requests(RequestKind.TOKEN) >= 3),
                Scenario.of("tokens are revoked midway", "official client: no new token", 0)
                        .oauth()
                        .lasting(Duration.ofSeconds(8))
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TASK, 2);
                            running.tenant().revokeTokens();
                        }),
                Scenario.of("tenant goes silent", EXITS_0, 12)
                        .setting("trainwatch.poll.unreachable-after", "5s")
                        .lasting(Duration.ofHours(1))
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TASK, 2);
                            running.tenant().faults().inject(Fault.RESET, 1);
                        })
                        .expecting(
                                "unknown, not failed",
                                result -> result.told().startsWith("UNKNOWN") && result.events("job.unreachable") == 1),
                Scenario.of("API key is removed midway", EXITS_0, 12)
                        .lasting(Duration.ofHours(1))
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TASK, 2);
                            running.tenant().revokeApiKey();
                        })
                        .expecting(
                                "401 with what to do", result -> result.told().contains("API key")));
    }

    private static List<Scenario> refusals() {
        return List.of(
                refused("wrong API key", "401").tenant(tenant -> tenant.revokeApiKey()),
                refused("client is no member of the project", "403")
                        .tenant(tenant -> tenant.tasks().withdraw("shop"))
                        .with("--project", SHOP.projectId()),
                refused("no such flow", "404").arguments(List.of("--train", "0123456789abcdef01234567")),
                refused("no such locale", "404").with("--locale", "0123456789abcdef01234567"),
                refused("the flow is being trained: 409", "409")
                        .tenant(tenant -> tenant.tasks()
                                .oneTrainingOfAFlow()
                                .add(TaskScript.of("shop", "theirs", Ending.STALLS)
                                        .flow("Orders"))));
    }

    private static Scenario refused(String name, String status) {
        return Scenario.of(name, EXITS_0, 12)
                .expecting(
                        "says " + status + " and what to do; nothing started",
                        result -> result.started() == 0 && result.told().startsWith("UNKNOWN: " + status));
    }

    private static List<Scenario> starts() {
        return List.of(
                Scenario.of("answer to the start is lost", "CLI: exit 0; a repeat starts a second", 0)
                        .inBrief()
                        .trainings(Scenarios::brief)
                        .striking(RequestKind.TRAIN, Fault.LOST_ANSWER, 1),
                Scenario.of("start is answered 5xx", EXITS_0, 0).striking(RequestKind.TRAIN, Fault.SERVER_ERROR, 1),
                Scenario.of("start is answered 429", EXITS_0, 0).striking(RequestKind.TRAIN, Fault.THROTTLE_SECONDS, 1),
                Scenario.of("killed while it runs, started again", NONE_SURVIVES, 0)
                        .inBrief()
                        .lasting(Duration.ofSeconds(4))
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TASK, 1);
                            running.killAndStartAgain();
                        })
                        .expecting(
                                "1 training started, 1 webhook",
                                result -> result.started() == 1 && result.events("job.completed") == 1),
                Scenario.of("killed before the answer to the start came", NONE_SURVIVES, 0)
                        .options(options -> options.hangFor(Duration.ofSeconds(20)))
                        .striking(RequestKind.TRAIN, Fault.HANG, 1)
                        .meanwhile(running -> {
                            running.awaitRequests(RequestKind.TRAIN, 1);
                            running.killAndStartAgain();
                        }),
                Scenario.of("five flows at once, one fails", "none follows several", 10)
                        .trainings(training -> training.running(Duration.ofSeconds(5))
                                .ending(
                                        SHOP.flowId("Stock")
                                                        .equals(training.data().get("flowId"))
                                                ? Ending.FAILS
                                                : Ending.COMPLETES))
                        .arguments(flows(SHOP))
                        .expecting(
                                "5 started, each told once",
                                result -> result.started() == 5
                                        && result.events("job.completed") == 4
                                        && result.events("job.failed") == 1));
    }

    private static List<String> flows(ProjectScript project) {
        List<String> arguments = new ArrayList<>();
        for (String flow : project.flows()) {
            arguments.addAll(List.of("--train", project.projectId() + "/" + project.flowId(flow)));
        }
        return arguments;
    }

    private static TaskScript brief(TaskScript training) {
        return training.running(Duration.ofMillis(1500));
    }

    /** Whether nothing was asked for the time that the tenant asked for. */
    private static boolean keptQuiet(ScenarioRun.Result result) {
        List<RequestLog.Entry> log = result.simulator().tenant().requests().recent();
        Instant refused = log.stream()
                .filter(entry -> entry.answered() == 429)
                .map(RequestLog.Entry::at)
                .findFirst()
                .orElseThrow();
        return log.stream()
                .map(RequestLog.Entry::at)
                .noneMatch(at -> at.isAfter(refused) && at.isBefore(refused.plus(ASKED)));
    }
}
