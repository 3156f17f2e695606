package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.trainwatch.job.TrainingState;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows a decision to cancel. Random waits are those in the middle: neither shorter nor longer than their mean. */
@OnBothEngines
class CancelsTest extends NodesUnderTest {

    private Look look;

    @BeforeEach
    void cancel() {
        node.watch.list().add(List.of(JOB), "test");
        look = node.claimOne();
        node.see(look, breaching(look, 20));
    }

    /** Advances until a cancel is sent again, the job running all the while; how long that took. */
    private Duration untilSentAgain() {
        Instant start = clock.instant();
        int before = node.deletes.size();
        while (node.deletes.size() == before) {
            untilLook();
            if (node.see(look, running(look, 30)).equals("Running")) {
                node.settle();
            }
        }
        return Duration.between(start, clock.instant());
    }

    private void untilLook() {
        List<Look> due = List.of();
        for (int i = 0; due.isEmpty(); i++) {
            assertThat(i).as("seconds without a look").isLessThan(20);
            clock.advance(Duration.ofSeconds(1));
            due = node.claim();
        }
        look = due.get(0);
    }

    private void end(TrainingState how) {
        untilLook();
        node.see(look, ended(look, how));
    }

    private List<String> results() {
        return node.details(JOB, "CANCEL_RESULT").stream()
                .map(details -> details.replaceFirst(".*\"result\":\"([a-z_]*)\".*", "$1"))
                .toList();
    }

    @Test
    void aLostCancelIsSentAgainSoonButNotBeforeALookFindsTheJobRunning() {
        node.cancelFailed(look, new SocketTimeoutException("Read timed out"));

        assertThat(untilSentAgain()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        node.cancelFailed(look, new IOException("Connection reset"));
        assertThat(untilSentAgain()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        node.cancelAccepted(look);
        end(TrainingState.CANCELLED);

        assertThat(results()).containsExactly("lost", "lost", "accepted");
        assertThat(node.deletes).hasSize(3);
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancelled");
        assertThat(node.details(JOB, "MONITOR_COMPLETE").get(0))
                .contains("\"in_time\":true", "\"results\":{\"accepted\":1,\"lost\":2}");
    }

    @Test
    void aLostCancelThatArrivedIsNotSentAgain() {
        node.cancelFailed(look, new IOException("Connection reset"));
        end(TrainingState.CANCELLED);
        assertThat(node.deletes).hasSize(1);
    }

    @Test
    void aRefusedCancelIsToldAtOnceAndOnceAndTriedAgainRarely() {
        node.cancelFailed(look, TestNode.answered(403, Map.of()));

        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed");
        assertThat(node.bodies(JOB).get(1)).contains("refuses the cancel", "403:", "ai:training:write");
        assertThat(untilSentAgain()).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        node.cancelFailed(look, TestNode.answered(401, Map.of()));
        assertThat(untilSentAgain()).isGreaterThanOrEqualTo(Duration.ofMinutes(10));
        node.watch.cancelDeadline().reportOverdue();

        assertThat(results()).containsExactly("refused", "refused");
        assertThat(node.told(JOB)).containsOnlyOnce("CANCEL_FAILED");
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed");
    }

    @Test
    void aRefusedCancelDoesNotPauseLooksAtTheTenant() {
        node.cancelFailed(look, TestNode.answered(401, Map.of()));
        clock.advance(Duration.ofSeconds(2));
        assertThat(node.claim()).hasSize(1);
    }

    @Test
    void aCancelThatCameTooLateIsBelievedWhenALookSaysTheSame() {
        node.cancelFailed(look, TestNode.answered(409, Map.of()));
        end(TrainingState.COMPLETED);

        assertThat(results()).containsExactly("too_late");
        assertThat(node.deletes).hasSize(1);
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.completed");
        assertThat(node.details(JOB, "MONITOR_COMPLETE").get(0)).contains("\"in_time\":false");
    }

    @Test
    void aCancelThatCameTooLateForAJobThatRunsOnIsSentAgainAndSaysSo() {
        node.cancelFailed(look, TestNode.answered(404, Map.of()));
        assertThat(untilSentAgain()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));
        node.cancelAccepted(look);
        end(TrainingState.CANCELLED);

        assertThat(results()).containsExactly("too_late", "contradicted", "accepted");
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancelled");
    }

    @Test
    void aCancelThatIsAcceptedAndIgnoredIsSentAgainAfterGrowingWaitsAndToldAtTheDeadline() {
        node.cancelAccepted(look);
        Duration first = untilSentAgain();
        node.cancelAccepted(look);
        Duration second = untilSentAgain();
        node.cancelAccepted(look);

        assertThat(first).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75));
        assertThat(second).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(135));
        node.watch.cancelDeadline().reportOverdue();
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested");
        clock.advance(TestNode.CANCEL_DEADLINE.minus(first).minus(second));
        node.watch.cancelDeadline().reportOverdue();
        node.watch.cancelDeadline().reportOverdue();

        assertThat(results()).containsExactly("accepted", "ignored", "accepted", "ignored", "accepted");
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed");
        assertThat(node.bodies(JOB).get(1))
                .contains("not ended within 300 s", "3 accepted, 2 ignored", "last reported the job as RUNNING");
        assertThat(node.details(JOB, "CANCEL_FAILED"))
                .singleElement()
                .satisfies(told -> assertThat(told).contains("\"attempts\":3", "\"deadline_seconds\":300.0"));
        untilSentAgain();
        node.cancelAccepted(look);
        end(TrainingState.CANCELLED);
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed", "job.cancelled");
    }

    @Test
    void retryAfterIsHonoured() {
        node.cancelFailed(look, TestNode.answered(429, Map.of("Retry-After", "9")));
        assertThat(untilSentAgain()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
        node.cancelFailed(look, TestNode.answered(503, Map.of("Retry-After", "90")));
        clock.advance(Duration.ofSeconds(89));
        assertThat(node.claim()).as("the whole tenant is left alone").isEmpty();
        clock.advance(Duration.ofSeconds(2));
        look = node.claimOne();
        node.see(look, running(look, 30));
        assertThat(node.deletes).hasSize(3);
        assertThat(results()).containsExactly("throttled", "tenant_failed");
    }

    @Test
    void everyOtherAnswerHasAResultOfItsOwn() {
        Map<Integer, String> expected =
                Map.of(302, "redirected", 405, "rejected", 410, "too_late", 500, "tenant_failed");
        List<String> seen = new ArrayList<>();
        for (Map.Entry<Integer, String> one : expected.entrySet()) {
            node.cancelFailed(look, TestNode.answered(one.getKey(), Map.of()));
            seen.add(one.getValue());
            if (one.getKey() == 410) {
                seen.add("contradicted");
            }
            untilSentAgain();
        }
        assertThat(results()).containsExactlyElementsOf(seen);
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested");
    }

    @Test
    void theDeadlineComesWhateverTheTenantDoes() {
        node.cancelFailed(look, new IOException("Connection reset"));
        untilLook();
        node.fail(look, TestNode.answered(503, Map.of("Retry-After", "3000")));
        clock.advance(TestNode.CANCEL_DEADLINE);
        assertThat(node.claim()).as("the tenant wants to be left alone").isEmpty();

        node.watch.cancelDeadline().reportOverdue();

        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed");
        assertThat(node.bodies(JOB).get(1)).contains("1 lost", "Looks have failed since", "503");
        clock.advance(Duration.ofMinutes(50));
        look = node.claimOne();
        node.see(look, ended(look, TrainingState.FAILED));
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed", "job.failed");
    }

    @Test
    void twoNodesTellItOnce() {
        TestNode other = node("node-2", Setup.USUAL);
        clock.advance(TestNode.CANCEL_DEADLINE);
        other.watch.cancelDeadline().reportOverdue();
        node.watch.cancelDeadline().reportOverdue();
        assertThat(node.told(JOB)).containsOnlyOnce("CANCEL_FAILED");
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed");
        assertThat(node.bodies(JOB).get(1)).contains("No answer to a cancel is known");
    }

    @Test
    void aJobThatEndedInTimeIsNotToldOf() {
        node.cancelAccepted(look);
        end(TrainingState.CANCELLED);
        clock.advance(TestNode.CANCEL_DEADLINE);
        node.watch.cancelDeadline().reportOverdue();
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancelled");
    }

    @Test
    void aCrashBeforeTheAnswerIsToldAsUnknownAndTheCancelIsSentAgain() {
        TestNode later = node("node-2", Setup.USUAL);
        clock.advance(TestNode.LEASE);
        Look again = later.claimOne();
        later.see(again, running(again, 21));

        assertThat(later.deletes).hasSize(1);
        assertThat(results()).containsExactly("unknown");
        later.cancelAccepted(again);
        assertThat(results()).containsExactly("unknown", "accepted");
        assertThat(later.job(JOB).cancelAttempts()).isEqualTo(2);
    }

    @Test
    void anAnswerThatTheStoreDoesNotTakeIsNotToldAsOneOfTheTenant() {
        store.transaction(handle -> handle.execute("alter table journal rename to away"));
        Throwable thrown = catchThrowable(() -> node.cancelAccepted(look));
        assertThat(thrown).hasMessageContaining("could not be committed").hasMessageContaining("204");
        store.transaction(handle -> handle.execute("alter table away rename to journal"));

        node.cancelFailed(look, (Exception) thrown);
        assertThat(results()).isEmpty();
        clock.advance(TestNode.LEASE);
        end(TrainingState.CANCELLED);
        assertThat(node.deletes).hasSize(1);
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancelled");
    }

    @Test
    void aTaskThatIsBeingCancelledIsNotCancelledAgain() {
        node.cancelAccepted(look);
        for (int i = 0; i < 40; i++) {
            untilLook();
            node.see(look, TestNode.cancelling(look));
            node.settle();
        }
        assertThat(node.deletes).hasSize(1);
        assertThat(results()).containsExactly("accepted");
        clock.advance(TestNode.CANCEL_DEADLINE);
        node.watch.cancelDeadline().reportOverdue();
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancel_failed");
    }

    @Test
    void nothingIsSentWhileTheStatusCannotBeTrusted() {
        node.cancelFailed(look, new IOException("Connection reset"));
        for (int i = 0; i < 5; i++) {
            untilLook();
            node.failInvalid(look, new IOException("not JSON"), new byte[] {'{'});
        }
        assertThat(node.deletes).hasSize(1);
        untilLook();
        node.see(look, running(look, 30));
        assertThat(node.deletes).hasSize(2);
    }

    @Test
    void looksBecomeRarerTheLongerACancelTakes() {
        node.cancelAccepted(look);
        int looks = 0;
        Instant until = clock.instant().plus(TestNode.CANCEL_DEADLINE);
        while (clock.instant().isBefore(until)) {
            untilLook();
            node.see(look, TestNode.cancelling(look));
            node.settle();
            looks++;
        }
        assertThat(looks).isBetween(20, 60);
    }

    @Test
    void aTokenInAnAnswerIsHidden() {
        node.cancelFailed(look, new IOException("refused Bearer secret-token"));
        assertThat(node.details(JOB, "CANCEL_RESULT").get(0)).doesNotContain("secret-token");
    }
}
