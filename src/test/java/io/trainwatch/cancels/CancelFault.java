package io.trainwatch.cancels;

import io.trainwatch.demo.simulator.ApiFault;
import io.trainwatch.demo.simulator.CancelOutcome;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Fault;
import io.trainwatch.demo.simulator.FaultSwitch;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.TaskScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What can go wrong with a cancel, and what must come of it. Times are those of the simulated tenant; a job breaks its
 * policy at the first look, within the first second, and a task at the third, after half a minute.
 */
enum CancelFault {
    NONE("the cancel is taken", false) {
        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "accepted");
        }
    },
    REQUEST_LOST("the request is lost", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.RESET, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "lost", "accepted");
        }
    },
    REQUEST_LOST_THRICE("the request is lost three times", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.RESET, 3);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 4, "lost", "lost", "lost", "accepted");
        }
    },
    ANSWER_LOST("it is taken, the answer is lost", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.LOST_ANSWER, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "lost");
        }
    },
    ANSWER_LATE("it is taken, the answer comes after the timeout", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.HANG, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "lost");
        }
    },
    REFUSED("refused, for ever: the job completes", false) {
        @Override
        JobScript script(JobScript job) {
            return job.running(Duration.ofSeconds(400));
        }

        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.inject(Fault.FORBIDDEN, 1);
        }

        @Override
        Expected expected() {
            return ends("COMPLETED", 2, "refused", "refused").escalated();
        }
    },
    REFUSED_AT_FIRST("refused until somebody grants the right", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.FORBIDDEN, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "refused", "accepted").escalated();
        }
    },
    TOO_LATE("too late, and it has ended", false) {
        @Override
        JobScript script(JobScript job) {
            return job.running(Duration.ofMillis(3_500));
        }

        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.CONFLICT, 1);
        }

        @Override
        Expected expected() {
            return ends("COMPLETED", 1, "too_late");
        }
    },
    NOT_FOUND_BUT_RUNNING("404, and it runs on", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.NOT_FOUND, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "too_late", "contradicted", "accepted");
        }
    },
    OVER_BUT_RUNNING("409, and it runs on", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.CONFLICT, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "too_late", "contradicted", "accepted");
        }
    },
    IGNORED_ONCE("taken and ignored, then taken", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.IGNORE, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "accepted", "ignored", "accepted");
        }
    },
    IGNORED("taken and ignored, for ever: the job completes", false) {
        @Override
        JobScript script(JobScript job) {
            return job.ignoringCancel().running(Duration.ofSeconds(320));
        }

        @Override
        Expected expected() {
            return ends("COMPLETED", 3, "accepted", "ignored", "accepted", "ignored", "accepted")
                    .escalated();
        }
    },
    THROTTLED("429 with Retry-After", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.THROTTLE_SECONDS, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "throttled", "accepted").apart(CancelTrial.RETRY_AFTER);
        }
    },
    THROTTLED_BARE("429 without Retry-After", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.THROTTLE_BARE, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "throttled", "accepted").apart(Duration.ofSeconds(4));
        }
    },
    SERVER_ERROR("5xx twice", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.SERVER_ERROR, 2);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 3, "tenant_failed", "tenant_failed", "accepted");
        }
    },
    REDIRECTED("a redirect", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.REDIRECT, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "redirected", "accepted").apart(Duration.ofSeconds(24));
        }
    },
    STATUS_INVALID("lost, and then no valid status for a while", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.RESET, 1);
        }

        @Override
        void afterFirstCancel(FaultSwitch<ApiFault> requests) {
            requests.injectNext(Fault.INVALID_STATUS, 3);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "lost", "accepted").alsoTold("job.invalid");
        }
    },
    OUTAGE("lost, and then an outage past the deadline", false) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.RESET, 1);
        }

        @Override
        void afterFirstCancel(FaultSwitch<ApiFault> requests) {
            requests.injectNext(Fault.FORBIDDEN, 25);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "lost", "accepted").escalated().alsoTold("job.unreachable");
        }
    },
    COMPLETES_FIRST("taken, but the job completes first", false) {
        @Override
        JobScript script(JobScript job) {
            return job.running(Duration.ofSeconds(4)).cancelDelay(Duration.ofSeconds(30));
        }

        @Override
        Expected expected() {
            return ends("COMPLETED", 1, "accepted");
        }
    },
    CRASH_BEFORE("a crash between the intent and the request", false) {
        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "unknown", "accepted");
        }
    },
    CRASH_AFTER("a crash between the request and its answer", false) {
        @Override
        Expected expected() {
            return ends("CANCELLED", 1);
        }
    },
    TASK_NONE("task: the cancel is taken", true) {
        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "accepted");
        }
    },
    TASK_REQUEST_LOST("task: the request is lost", true) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.RESET, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "lost", "accepted");
        }
    },
    TASK_CANCELLING("task: cancelling for a long time", true) {
        @Override
        TaskScript script(TaskScript task) {
            return task.cancelled(CancelOutcome.CANCELLED, Duration.ofSeconds(200));
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "accepted");
        }
    },
    TASK_CANCELLING_TOO_LONG("task: cancelling past the deadline", true) {
        @Override
        TaskScript script(TaskScript task) {
            return task.cancelled(CancelOutcome.CANCELLED, Duration.ofMinutes(6));
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 1, "accepted").escalated();
        }
    },
    TASK_DONE_FIRST("task: done wins the race", true) {
        @Override
        TaskScript script(TaskScript task) {
            return task.cancelled(CancelOutcome.DONE, Duration.ofSeconds(2));
        }

        @Override
        Expected expected() {
            return ends("COMPLETED", 1, "accepted");
        }
    },
    TASK_FAILS_FIRST("task: error wins the race", true) {
        @Override
        TaskScript script(TaskScript task) {
            return task.cancelled(CancelOutcome.ERROR, Duration.ofSeconds(2));
        }

        @Override
        Expected expected() {
            return ends("FAILED", 1, "accepted");
        }
    },
    TASK_IGNORED("task: taken and ignored, then taken", true) {
        @Override
        void spoil(FaultSwitch<ApiFault> cancels) {
            cancels.injectNext(Fault.IGNORE, 1);
        }

        @Override
        Expected expected() {
            return ends("CANCELLED", 2, "accepted", "ignored", "accepted");
        }
    };

    private final String title;
    private final boolean task;

    CancelFault(String title, boolean task) {
        this.title = title;
        this.task = task;
    }

    String title() {
        return title;
    }

    /** Whether the job is a task of the {@code tasks} API. */
    boolean isTask() {
        return task;
    }

    /** Lets the cancels of one job go wrong. */
    void spoil(FaultSwitch<ApiFault> cancels) {
        // They go well.
    }

    /** Lets the requests that follow the first cancel go wrong. */
    void afterFirstCancel(FaultSwitch<ApiFault> requests) {
        // They go well.
    }

    JobScript script(JobScript job) {
        return job;
    }

    TaskScript script(TaskScript script) {
        return script;
    }

    final JobScript job(String id) {
        return script(JobScript.of("p", id, Ending.BREACHES_CPU)
                .turnsAt(1e-6)
                .running(Duration.ofHours(2))
                .sampledEvery(Duration.ofMinutes(1)));
    }

    final TaskScript task(String id) {
        return script(TaskScript.of(id, id, Ending.STALLS).running(Duration.ofSeconds(10)));
    }

    abstract Expected expected();

    private static Expected ends(String state, int requests, String... results) {
        return new Expected(state, requests, List.of(results), List.of(), Duration.ZERO);
    }

    /**
     * What must come of it.
     *
     * @param state the final state
     * @param requests to cancel that arrived at the tenant
     * @param results of the CANCEL_RESULT rows of the audit, in order
     * @param told events besides those of the decision and the end, each once and in any order
     * @param apart the least time between the first two requests
     */
    record Expected(String state, int requests, List<String> results, List<String> told, Duration apart) {

        Expected escalated() {
            return alsoTold("job.cancel_failed");
        }

        Expected alsoTold(String type) {
            List<String> more = new ArrayList<>(told);
            more.add(type);
            return new Expected(state, requests, results, List.copyOf(more), apart);
        }

        Expected apart(Duration least) {
            return new Expected(state, requests, results, told, least);
        }

        boolean isEscalated() {
            return told.contains("job.cancel_failed");
        }

        /** Tells each way in which what came is not what must come. */
        void compare(Came came, Consumer<String> wrong) {
            is("final state", state, came.state(), wrong);
            is("requests", requests, came.requests(), wrong);
            is("results", results, came.results(), wrong);
            List<String> events = new ArrayList<>(told);
            events.add(0, "job.cancel_requested");
            events.add("job." + state.toLowerCase(java.util.Locale.ROOT));
            is(
                    "events",
                    events.stream().sorted().toList(),
                    came.events().stream().sorted().toList(),
                    wrong);
            is("rows of AUTO_CANCEL_TRIGGERED", 1L, came.rows("AUTO_CANCEL_TRIGGERED"), wrong);
            is("rows of MONITOR_COMPLETE", 1L, came.rows("MONITOR_COMPLETE"), wrong);
            is("rows of CANCEL_FAILED", isEscalated() ? 1L : 0L, came.rows("CANCEL_FAILED"), wrong);
            if (came.apart().compareTo(apart) < 0) {
                wrong.accept("the first two requests are only " + came.apart() + " apart");
            }
        }

        private static void is(String what, Object expected, Object came, Consumer<String> wrong) {
            if (!expected.equals(came)) {
                wrong.accept(what + ": " + came + " instead of " + expected);
            }
        }
    }

    /**
     * What came of one run.
     *
     * @param rows the actions of the audit lines
     * @param apart the time between the first two requests; a very long one where there are less
     */
    record Came(
            String state, int requests, List<String> results, List<String> events, List<String> rows, Duration apart) {

        long rows(String action) {
            return rows.stream().filter(action::equals).count();
        }
    }
}
