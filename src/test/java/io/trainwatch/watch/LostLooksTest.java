package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.Engine;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of looks that cannot be committed, rows that cannot be read and tenants that cannot be claimed. */
@OnBothEngines
class LostLooksTest extends NodesUnderTest {

    private static final Duration AT_MOST = TestNode.INTERVAL.multipliedBy(2).plusSeconds(5);

    @BeforeEach
    void watch() {
        node.watch.list().add(List.of(JOB), "test");
    }

    @Test
    void aLookThatFoundTheJobRunningIsTakenAgain() {
        isTakenAgain(look -> running(look, 10), "Running");
    }

    @Test
    void aLookThatFoundAnEndIsTakenAgain() {
        isTakenAgain(look -> ended(look, TrainingState.COMPLETED), "Finished");
        assertThat(node.events(JOB)).containsExactly("job.completed");
    }

    @Test
    void aLookThatFoundABreachIsTakenAgainAndTheJobCancelled() {
        isTakenAgain(look -> breaching(look, 10), "Breached");
        assertThat(node.deletes).containsExactly(JOB.toString());
    }

    @Test
    void aLookThatFoundAReversalIsTakenAgain() {
        node.see(node.claimOne(), running(new Look(node.job(JOB), clock.instant()), 10));
        node.settle();
        clock.advance(TestNode.INTERVAL);
        isTakenAgain(TestNode::queued, "Reversed");
    }

    @Test
    void aLookThatConfirmsAnEndIsTakenAgain() {
        node.see(node.claimOne(), ended(new Look(node.job(JOB), clock.instant()), TrainingState.COMPLETED));
        clock.advance(TestNode.CONFIRM_AFTER.multipliedBy(2));
        isTakenAgain(look -> ended(look, TrainingState.COMPLETED), "Confirmed");
    }

    @Test
    void aFailedLookIsTakenAgain() {
        Look look = node.claimOne();
        breakCommits();
        node.fail(look, TestNode.answered(500, Map.of()));
        assertThat(node.watch.leases().troubles()).anyMatch(words -> words.contains(JOB.toString()));
        mend();
        assertThat(claimAgain().job().failures()).isZero();
    }

    @Test
    void aClaimWhoseAnswerIsLostIsGivenBack() {
        // Committed, as far as the store knows, under the name of a node that knows nothing of it.
        store.transaction(handle -> handle.execute(
                "update job set fence = fence + 1, lease_owner = 'node-1', lease_until = " + Long.MAX_VALUE));
        JobKey other = job("job-2");
        node.watch.list().add(List.of(other), "test");
        trigger("lease_owner", "new.lease_owner <> ''");
        assertThat(node.claim()).isEmpty();
        assertThat(node.watch.leases().claimFault()).isPresent();
        mend();
        assertThat(node.claim()).extracting(Look::key).containsExactlyInAnyOrder(JOB, other);
    }

    @Test
    void aCancelWhoseAnswerIsLostIsLookedAtAgain() {
        Look look = node.claimOne();
        node.see(look, breaching(look, 10));
        breakCommits();
        try {
            node.cancelAccepted(look);
        } catch (RuntimeException e) {
            node.cancelFailed(look, e);
        }
        mend();
        Look again = claimAgain();
        assertThat(again.job().phase()).isEqualTo(Phase.STOPPING);
        node.see(again, running(again, 10));
        assertThat(node.deletes).containsExactly(JOB.toString(), JOB.toString());
    }

    /** As the routes do: what a decision throws reaches the end of the message. */
    private void isTakenAgain(Function<Look, JobStatus> status, String outcome) {
        Look look = node.claimOne();
        breakCommits();
        see(look, status.apply(look));
        node.settle();
        assertThat(node.watch.leases().troubles()).anyMatch(words -> words.contains(JOB.toString()));

        clock.advance(TestNode.LEASE.dividedBy(2));
        node.watch.looks().extendLeases();
        mend();
        Look again = claimAgain();
        assertThat(node.see(again, status.apply(again))).isEqualTo(outcome);
        if (outcome.equals("Breached")) {
            node.cancelAccepted(again);
        }
        node.settle();
        assertThat(node.watch.leases().troubles()).isEmpty();
    }

    private void see(Look look, JobStatus status) {
        try {
            node.see(look, status);
        } catch (RuntimeException e) {
            node.watch.failedLooks().leftOver(look, e);
        }
    }

    private Look claimAgain() {
        Duration waited = Duration.ZERO;
        while (waited.compareTo(AT_MOST) < 0) {
            node.watch.looks().extendLeases();
            List<Look> looks = node.claim();
            if (!looks.isEmpty()) {
                assertThat(looks).hasSize(1);
                return looks.get(0);
            }
            clock.advance(Duration.ofMillis(500));
            waited = waited.plusMillis(500);
        }
        throw new AssertionError("not looked at again within " + AT_MOST);
    }

    @Test
    void anExceptionInADecisionIsRecordedInWordsAndTheJobIsLookedAtAgain() {
        Look look = node.claimOne();
        node.watch.failedLooks().leftOver(look, new ArithmeticException("long overflow"));
        assertThat(node.details(JOB, "MONITOR_ERROR"))
                .singleElement()
                .asString()
                .contains("A fault in Trainwatch or in a route of your own: long overflow");
        assertThat(claimAgain().job().failures()).isEqualTo(1);
    }

    @Test
    void aLookWhoseMessageEndsIsEndedOnlyWhereNobodyElseEndsIt() {
        Look look = node.claimOne();
        node.see(look, running(look, 10));
        node.watch.failedLooks().leftOver(look, null);
        node.settle();
        node.watch.failedLooks().leftOver(look, null);
        assertThat(node.job(JOB).failures()).isZero();
    }

    @Test
    void aLeaseIsNotExtendedBeyondTheTimeThatAnyLookTakes() {
        Look held = node.claimOne();
        try (TestNode other = new TestNode(store, "node-2", Setup.USUAL, clock)) {
            for (Duration past = Duration.ZERO;
                    past.compareTo(TestNode.LONGEST_LOOK) <= 0;
                    past = past.plus(TestNode.LEASE.dividedBy(3))) {
                node.watch.looks().extendLeases();
                assertThat(other.claim()).isEmpty();
                clock.advance(TestNode.LEASE.dividedBy(3));
            }
            node.watch.looks().extendLeases();
            assertThat(node.watch.leases().troubles())
                    .singleElement()
                    .asString()
                    .contains(JOB.toString());
            clock.advance(TestNode.LEASE);
            assertThat(other.claim()).hasSize(1);
            assertThat(node.watch.looks().count()).isZero();
            node.watch.failedLooks().leftOver(held, null);
            assertThat(node.watch.leases().troubles()).isEmpty();
        }
    }

    @Test
    void aRowThatCannotBeReadIsSetAsideAndOnlyIt() {
        List<JobKey> others = List.of(job("job-2"), job("job-3"));
        node.addDueNow(others);
        for (String column : List.of("observed", "breach", "cancel_tries", "phase", "state", "due_why")) {
            clock.advance(Duration.ofHours(1));
            String kept = update(column, "{\"means\": [1, \"Infinity\"");
            assertThat(node.claim()).extracting(Look::key).as(column).containsExactlyInAnyOrderElementsOf(others);
            assertThat(node.watch.leases().troubles()).anyMatch(words -> words.contains(JOB.toString()));
            assertThat(node.watch.leases().claimFault()).isEmpty();
            assertThat(node.watch.list().latest(10)).extracting(WatchedJob::key).doesNotContain(JOB);

            clock.advance(Duration.ofMinutes(1));
            assertThat(node.claim())
                    .extracting(Look::key)
                    .as("tried again every tick: " + column)
                    .doesNotContain(JOB);
            update(column, kept);
            clock.advance(Duration.ofMinutes(10));
            assertThat(node.claim()).extracting(Look::key).contains(JOB);
            clock.advance(Duration.ofHours(1));
            node.watch.looks().extendLeases();
        }
        assertThat(node.details(JOB, "MONITOR_ERROR"))
                .hasSize(6)
                .allMatch(details -> details.contains("cannot be read"));
    }

    @Test
    void anOrderToCancelHarmsNoOtherWhereARowCannotBeRead() {
        node.addDueNow(List.of(job("job-2")));
        update("observed", "nonsense");
        assertThat(node.watch
                        .orderedCancels()
                        .cancel(List.of(JOB.toString(), job("job-2").toString()), "api", "test"))
                .containsExactly(job("job-2").toString());
        node.watch.cancelDeadline().reportOverdue();
    }

    @Test
    void aTenantThatCannotBeClaimedStopsNoOther() {
        JobKey bad = new JobKey("bad", "bots", "job-1");
        node.addDueNow(List.of(bad));
        trigger("lease_owner", "new.tenant = 'bad'");
        assertThat(node.claim()).extracting(Look::key).containsExactly(JOB);
        assertThat(node.watch.leases().claimFault())
                .hasValueSatisfying(
                        words -> assertThat(words).startsWith("bad: ").contains("injected"));
        mend();
        assertThat(node.claim()).extracting(Look::key).containsExactly(bad);
        assertThat(node.watch.leases().claimFault()).isEmpty();
    }

    /** @return what stood there before */
    private String update(String column, String value) {
        return store.transaction(handle -> {
            String before = handle.createQuery("select " + column + " from job where id = :id")
                    .bind("id", JOB.toString())
                    .mapTo(String.class)
                    .one();
            handle.createUpdate("update job set " + column + " = :value where id = :id")
                    .bind("value", value)
                    .bind("id", JOB.toString())
                    .execute();
            return before;
        });
    }

    private void breakCommits() {
        trigger("looked_at", "new.id <> ''");
    }

    private void trigger(String column, String condition) {
        if (engine == Engine.SQLITE) {
            execute("create trigger broken before update of " + column + " on job when " + condition
                    + " begin select raise(abort, 'injected'); end");
        } else {
            execute("create function broken() returns trigger as $$ begin raise exception 'injected'; end $$"
                    + " language plpgsql");
            execute("create trigger broken before update of " + column + " on job for each row when (" + condition
                    + ") execute function broken()");
        }
    }

    private void mend() {
        execute(engine == Engine.SQLITE ? "drop trigger broken" : "drop function broken() cascade");
    }

    private void execute(String sql) {
        store.transaction(handle -> {
            try (Statement statement = handle.getConnection().createStatement()) {
                return statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
