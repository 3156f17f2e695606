package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.queued;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Rows;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothEngines
class OutcomesTest extends NodesUnderTest {

    @BeforeEach
    void watch() {
        node.watch.list().add(List.of(JOB), "test");
    }

    /** The next look at the job, whenever that is due. */
    private Look next(TestNode by) {
        clock.advance(Duration.ofMinutes(1));
        return by.claimOne();
    }

    @Test
    void anEndIsOneEventAndOneLineAndOneState() {
        Look look = node.claimOne();
        assertThat(node.see(look, ended(look, TrainingState.COMPLETED))).isEqualTo("Finished");

        WatchedJob job = node.job(JOB);
        assertThat(job.phase()).isEqualTo(Phase.ENDED);
        assertThat(job.state()).isEqualTo(TrainingState.COMPLETED);
        assertThat(node.events(JOB)).containsExactly("job.completed");
        assertThat(node.told(JOB))
                .containsExactly("MONITOR_START", "STATE_CHANGED", "MONITOR_COMPLETE", "STATUS_CHECK");
        assertThat(node.bodies(JOB).get(0))
                .contains("\"final_state\":\"COMPLETED\"", "\"progress\":100", "\"reason\":null");
        assertThat(Rows.count(store, "delivery")).isEqualTo(1);
    }

    @Test
    void anEndIsCommittedWholeOrNotAtAllWhateverFailsInTheMiddle() {
        for (String table : List.of("event", "delivery", "journal")) {
            clock.advance(TestNode.LEASE);
            Look look = node.claimOne();
            WatchedJob before = node.job(JOB);
            rename(table, "away");
            assertThatThrownBy(() -> node.see(look, ended(look, TrainingState.FAILED)))
                    .as("without the table %s", table)
                    .isInstanceOf(RuntimeException.class);
            rename("away", table);

            assertThat(node.job(JOB)).usingRecursiveComparison().isEqualTo(before);
            assertThat(node.told(JOB)).containsExactly("MONITOR_START");
            assertThat(Rows.count(store, "event")).isZero();
            assertThat(Rows.count(store, "delivery")).isZero();
        }
        clock.advance(TestNode.LEASE);
        Look look = node.claimOne();
        node.see(look, ended(look, TrainingState.FAILED));
        assertThat(node.events(JOB)).containsExactly("job.failed");
    }

    @Test
    void aStopIsCommittedWholeOrNotAtAllAndNothingIsSentWithoutIt() {
        Look look = node.claimOne();
        rename("event", "away");
        assertThatThrownBy(() -> node.see(look, breaching(look, 20))).isInstanceOf(RuntimeException.class);
        rename("away", "event");

        assertThat(node.deletes).isEmpty();
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.WATCHING);
        assertThat(node.told(JOB)).containsExactly("MONITOR_START");
    }

    @Test
    void oneEndHasOneEventIdWhoeverFindsIt() {
        Look crashed = node.claimOne();
        clock.advance(TestNode.LEASE);
        TestNode other = node("node-2", Setup.USUAL);
        Look taken = other.claimOne();
        other.see(taken, ended(taken, TrainingState.COMPLETED));
        node.see(crashed, ended(crashed, TrainingState.COMPLETED));
        assertThat(node.events(JOB)).containsExactly("job.completed");
        String id = eventId();

        // The same job in a store that knows nothing of this.
        Store another = FreshDatabase.on(engine, folder).open();
        closedAfterwards(another);
        TestNode elsewhere = new TestNode(another, "node-3", Setup.USUAL, clock);
        closedAfterwards(elsewhere);
        elsewhere.watch.list().add(List.of(JOB), "test");
        Look look = elsewhere.claimOne();
        elsewhere.see(look, ended(look, TrainingState.COMPLETED));
        assertThat(elsewhere.bodies(JOB).get(0)).contains("\"event_id\":\"" + id + "\"");
    }

    @Test
    void theIntentToStopIsCommittedBeforeAnythingIsSent() {
        Look look = node.claimOne();
        Decision decision = node.watch.outcomes().judge(look, breaching(look, 20), null);
        assertThat(decision).isInstanceOf(Decision.Breached.class);
        assertThat(node.job(JOB).phase()).as("judging changes nothing").isEqualTo(Phase.WATCHING);

        assertThat(node.watch.cancelIntents().commit(look, (Decision.Breached) decision))
                .isTrue();

        WatchedJob job = node.job(JOB);
        assertThat(job.phase()).isEqualTo(Phase.STOPPING);
        assertThat(job.breach().rule()).isEqualTo("max-cpu");
        assertThat(job.cancelRequestedAt()).isEqualTo(clock.instant());
        assertThat(node.told(JOB)).containsExactly("MONITOR_START", "STATE_CHANGED", "AUTO_CANCEL_TRIGGERED");
        assertThat(node.details(JOB, "AUTO_CANCEL_TRIGGERED").get(0))
                .contains("\"rule\":\"max-cpu\"", "\"observed\":99.0", "\"limit\":95.0", "\"state\":\"RUNNING\"");
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested");
        assertThat(node("node-2", Setup.USUAL).claim())
                .as("the lease is kept for the DELETE")
                .isEmpty();
    }

    @Test
    void afterACrashBeforeTheDeleteItIsSentOnceTheJobIsSeenToRunStill() {
        Look look = node.claimOne();
        Decision decision = node.watch.outcomes().judge(look, breaching(look, 20), null);
        node.watch.cancelIntents().commit(look, (Decision.Breached) decision);

        TestNode later = node("node-2", Setup.USUAL);
        clock.advance(TestNode.LEASE);
        Look again = later.claimOne();
        assertThat(later.see(again, running(again, 21)))
                .as("it keeps the policy by now, but was to be stopped")
                .isEqualTo("CancelAgain");
        assertThat(later.deletes).containsExactly(JOB.toString());
        assertThat(later.told(JOB)).containsOnlyOnce("AUTO_CANCEL_TRIGGERED");
        assertThat(later.events(JOB)).containsExactly("job.cancel_requested");
    }

    @Test
    void afterACrashBeforeTheDeleteNothingIsSentToAJobThatEnded() {
        Look look = node.claimOne();
        Decision decision = node.watch.outcomes().judge(look, breaching(look, 20), null);
        node.watch.cancelIntents().commit(look, (Decision.Breached) decision);

        TestNode later = node("node-2", Setup.USUAL);
        clock.advance(TestNode.LEASE);
        Look again = later.claimOne();
        assertThat(later.see(again, ended(again, TrainingState.COMPLETED))).isEqualTo("Finished");
        assertThat(later.deletes).isEmpty();
    }

    @Test
    void aFailureBetweenTheIntentAndTheDeleteDoesNotUndoTheIntent() {
        stopped();
        node.fail(lastLook, new IllegalStateException("a step of the route failed"));

        WatchedJob job = node.job(JOB);
        assertThat(job.phase()).isEqualTo(Phase.STOPPING);
        assertThat(job.breach().rule()).isEqualTo("max-cpu");
        assertThat(job.state()).isEqualTo(TrainingState.RUNNING);
        assertThat(job.failures()).isEqualTo(1);
    }

    @Test
    void theAnswerToACancelIsRefusedOnceTheNodeItselfHasClaimedTheJobAnew() {
        stopped();
        clock.advance(TestNode.LEASE);
        Look fresh = node.claimOne();

        node.cancelAccepted(lastLook);

        assertThat(node.watch.commits().refused()).isEqualTo(1);
        assertThat(node.job(JOB).cancelAttempts()).isZero();
        node.see(fresh, ended(fresh, TrainingState.CANCELLED));
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void whileACancelTakesItsTimeItIsNotSentAgain() {
        stopped();
        node.cancelAccepted(lastLook);
        clock.advance(Duration.ofSeconds(1));
        Look soon = node.claimOne();
        assertThat(node.see(soon, breaching(soon, 22))).isEqualTo("Running");
        node.settle();
        assertThat(node.deletes).hasSize(1);

        clock.advance(Duration.ofMinutes(2));
        Look late = node.claimOne();
        assertThat(node.see(late, breaching(late, 30))).isEqualTo("CancelAgain");
        assertThat(node.deletes).hasSize(2);
        assertThat(node.told(JOB)).containsOnlyOnce("AUTO_CANCEL_TRIGGERED");
    }

    @Test
    void theEndOfAStoppedJobCarriesTheTenantsStateAndTheBreach() {
        stopped();
        node.cancelAccepted(lastLook);
        Look look = next(node);
        node.see(look, ended(look, TrainingState.COMPLETED));

        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.completed");
        assertThat(node.bodies(JOB).get(1))
                .contains(
                        "\"final_state\":\"COMPLETED\"",
                        "\"reason\":{\"rule\":\"max-cpu\",\"observed\":99,\"limit\":95");
        assertThat(node.details(JOB, "CANCEL_RESULT"))
                .singleElement()
                .satisfies(details -> assertThat(details)
                        .contains("\"result\":\"accepted\"", "\"http_status\":204", "\"attempt\":1"));
    }

    @Test
    void aPolicyThatOnlyReportsDoesSoOnceAndSendsNothing() {
        TestNode reporting = node("node-2", Setup.USUAL.autoCancel(false));
        for (int i = 0; i < 3; i++) {
            Look look = next(reporting);
            assertThat(reporting.see(look, breaching(look, 20 + i))).isEqualTo("Breached");
            reporting.settle();
        }
        assertThat(reporting.deletes).isEmpty();
        assertThat(reporting.events(JOB)).containsExactly("job.breached");
        assertThat(reporting.told(JOB)).containsOnlyOnce("CANCEL_WITHHELD").doesNotContain("AUTO_CANCEL_TRIGGERED");
        assertThat(reporting.job(JOB).phase()).isEqualTo(Phase.WATCHING);
        assertThat(reporting.job(JOB).observed().lastProgress()).isEqualTo(22);

        Look look = next(reporting);
        reporting.see(look, ended(look, TrainingState.COMPLETED));
        assertThat(reporting.bodies(JOB).get(1)).contains("\"reason\":null");
    }

    @Test
    void aMoveThatNoJobCanMakeIsReportedOnceAndNotFollowed() {
        see(node.claimOne(), 30);
        for (int i = 0; i < 3; i++) {
            Look look = next(node);
            assertThat(node.see(look, queued(look))).isEqualTo("Reversed");
        }
        assertThat(node.job(JOB).state()).isEqualTo(TrainingState.RUNNING);
        assertThat(node.job(JOB).observed().lastProgress()).isEqualTo(30);
        assertThat(node.events(JOB)).containsExactly("job.reversed");
        assertThat(node.told(JOB)).containsOnlyOnce("JOB_REVERSED");

        Look look = next(node);
        node.see(look, ended(look, TrainingState.COMPLETED));
        assertThat(node.job(JOB).state()).isEqualTo(TrainingState.COMPLETED);
    }

    @Test
    void aMoveThatNoJobCanMakeIsNotFollowedWhileTheJobIsBeingStoppedEither() {
        stopped();
        node.cancelAccepted(lastLook);
        Look look = next(node);
        assertThat(node.see(look, queued(look))).isEqualTo("Reversed");
        assertThat(node.job(JOB).state()).isEqualTo(TrainingState.RUNNING);
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.STOPPING);
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.reversed");
        assertThat(node.deletes).hasSize(1);
    }

    @Test
    void aStateThatWasSkippedIsFilledInAndMarked() {
        Look first = node.claimOne();
        node.see(first, queued(first));
        node.settle();
        Look second = next(node);
        node.see(second, ended(second, TrainingState.COMPLETED));

        assertThat(node.details(JOB, "STATE_CHANGED"))
                .containsExactly(
                        "{\"from\":null,\"to\":\"QUEUED\",\"progress_percent\":0.0}",
                        "{\"from\":\"QUEUED\",\"to\":\"RUNNING\",\"inferred\":true}",
                        "{\"from\":\"RUNNING\",\"to\":\"COMPLETED\",\"progress_percent\":100.0}");
    }

    @Test
    void looksThatFoundAllJobsRunningAreCommittedTogether() {
        List<JobKey> many =
                IntStream.range(0, 150).mapToObj(i -> job("many-" + i)).toList();
        node.addDueNow(many);
        AtomicInteger commits = new AtomicInteger();
        List<Look> looks = node.claim();
        assertThat(looks).hasSize(151);
        store.onCommit(commits::incrementAndGet);

        looks.forEach(look -> node.see(look, running(look, 33)));
        node.settle();

        assertThat(commits).hasValueBetween(1, 10);
        assertThat(node.watch.list().find(many.stream().map(JobKey::toString).toList()))
                .hasSize(150)
                .allSatisfy(job -> assertThat(job.observed().lastProgress()).isEqualTo(33));
    }

    @Test
    void whatWaitsToBeCommittedIsCommittedAtTheEnd() {
        Look look = node.claimOne();
        node.see(look, running(look, 33));
        node.watch.close();
        assertThat(node.job(JOB).observed().lastProgress()).isEqualTo(33);
    }

    @Test
    void aValidStatusEndsTheRowOfFailuresAndSaysSo() {
        Look failed = node.claimOne();
        node.fail(failed, TestNode.answered(503, Map.of()));
        see(next(node), 10);

        WatchedJob job = node.job(JOB);
        assertThat(job.failures()).isZero();
        assertThat(job.failure()).isNull();
        assertThat(job.failingSince()).isNull();
        assertThat(node.told(JOB))
                .containsExactly(
                        "MONITOR_START", "MONITOR_ERROR", "MONITOR_RECOVERED", "STATE_CHANGED", "STATUS_CHECK");
    }

    @Test
    void aRecoveryIsToldWhateverTheLookFound() {
        List<JobKey> jobs = List.of(job("ends"), job("breaks"), job("reverses"));
        node.addDueNow(jobs);
        node.claim().forEach(look -> node.see(look, running(look, 10)));
        node.settle();
        clock.advance(TestNode.INTERVAL);
        node.claim().forEach(look -> node.fail(look, TestNode.answered(503, Map.of())));
        clock.advance(TestNode.INTERVAL);
        for (Look look : node.claim()) {
            switch (look.key().job()) {
                case "ends" -> node.see(look, ended(look, TrainingState.FAILED));
                case "breaks" -> node.see(look, breaching(look, 20));
                case "reverses" -> node.see(look, queued(look));
                default -> node.see(look, running(look, 20));
            }
        }
        await().untilAsserted(() -> assertThat(node.told(JOB)).contains("MONITOR_RECOVERED"));
        for (JobKey key : jobs) {
            assertThat(node.told(key)).as(key.job()).containsOnlyOnce("MONITOR_RECOVERED");
            assertThat(node.job(key).failures()).as(key.job()).isZero();
        }
    }

    @Test
    void aFieldThatCannotBeUsedIsToldOnceInTheAuditAndInTheEvent() {
        Map<String, String> cpu = Map.of("resource_utilization.cpu_usage", "780.0 is not within 0 to 100");
        Map<String, String> both = new TreeMap<>(cpu);
        both.put("progress_percent", "null");
        for (Map<String, String> incomplete : List.of(cpu, cpu, both, both)) {
            Look look = next(node);
            node.see(look, incomplete(running(look, 10), incomplete));
            node.settle();
        }
        Look look = next(node);
        node.see(look, incomplete(ended(look, TrainingState.FAILED), both));
        assertThat(node.details(JOB, "STATUS_INCOMPLETE"))
                .containsExactly(
                        "{\"fields\":{\"resource_utilization.cpu_usage\":\"780.0 is not within 0 to 100\"}}",
                        "{\"fields\":{\"progress_percent\":\"null\"}}");
        assertThat(node.bodies(JOB))
                .singleElement()
                .asString()
                .contains("\"incomplete\":[\"resource_utilization.cpu_usage\",\"progress_percent\"]");
    }

    @Test
    void whyAJobFailedStandsInTheAuditLineOfItsEnd() {
        Look look = next(node);
        JobStatus failed = ended(look, TrainingState.FAILED);
        node.see(
                look,
                new JobStatus(
                        failed.jobId(),
                        failed.state(),
                        failed.progressPercent(),
                        failed.metrics(),
                        failed.resourceUtilization(),
                        failed.startedAt(),
                        failed.completedAt(),
                        0,
                        "out of memory",
                        false));
        assertThat(node.details(JOB, "MONITOR_COMPLETE"))
                .singleElement()
                .asString()
                .contains("\"fail_reason\":\"out of memory\"");
    }

    private static JobStatus incomplete(JobStatus status, Map<String, String> incomplete) {
        return new JobStatus(
                status.jobId(),
                status.state(),
                status.progressPercent(),
                status.metrics(),
                status.resourceUtilization(),
                status.startedAt(),
                status.completedAt(),
                0,
                null,
                false,
                null,
                incomplete);
    }

    @Test
    void howManyChecksAreToldIsTheUsersChoice() {
        Map<StatusChecks, Integer> rows = new EnumMap<>(StatusChecks.class);
        for (StatusChecks checks : StatusChecks.values()) {
            JobKey key = job("checks-" + checks);
            TestNode choosing = node("node-" + checks, Setup.USUAL.checks(checks));
            choosing.watch.leases().selection().restrictTo(List.of(key.toString()));
            choosing.watch.list().add(List.of(key), "test");
            for (int i = 0; i < 3; i++) {
                Look look = next(choosing);
                choosing.see(look, running(look, i));
                choosing.settle();
            }
            Look look = next(choosing);
            choosing.see(look, ended(look, TrainingState.COMPLETED));
            rows.put(checks, choosing.details(key, "STATUS_CHECK").size());
        }
        assertThat(rows)
                .containsEntry(StatusChecks.NONE, 0)
                .containsEntry(StatusChecks.CHANGES, 2)
                .containsEntry(StatusChecks.ALL, 4);
    }

    private Look lastLook;

    /** A stop is committed and the DELETE is on its way. */
    private void stopped() {
        lastLook = node.claimOne();
        assertThat(node.see(lastLook, breaching(lastLook, 20))).isEqualTo("Breached");
        assertThat(node.deletes).hasSize(1);
    }

    private void see(Look look, double progress) {
        node.see(look, running(look, progress));
        node.settle();
    }

    private void rename(String table, String to) {
        store.transaction(handle -> handle.execute("alter table " + table + " rename to " + to));
    }

    private String eventId() {
        return store.read(handle ->
                handle.createQuery("select id from event").mapTo(String.class).one());
    }
}
