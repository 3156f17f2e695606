package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.answered;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.store.OnBothEngines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a command makes of the failures that an earlier one left in the store. */
@OnBothEngines
class ForgottenFailuresTest extends NodesUnderTest {

    @BeforeEach
    void watch() {
        node.watch.list().add(List.of(JOB), "test");
    }

    @Test
    void aJobThatCouldNotBeReachedIsLookedAtAtOnceAndCountsAnew() {
        for (int status : List.of(403, 404)) {
            failThreeTimes(status);
            assertThat(node.job(JOB).unreachable()).isTrue();

            node.watch.list().forgetFailures(List.of(JOB));
            assertThat(node.job(JOB).unreachable()).as("after %s", status).isFalse();
            assertThat(node.job(JOB).failure()).isNull();
            node.fail(node.claimOne(), answered(status, Map.of()));
            assertThat(node.job(JOB).unreachable())
                    .as("one %s is not believed", status)
                    .isFalse();
            clock.advance(TestNode.INTERVAL.multipliedBy(2));
        }
    }

    @Test
    void aTenantThatRefusedItsClientIsAskedAtOnce() {
        failThreeTimes(401);
        assertThat(node.watch.list().refusingTenants()).isNotEmpty();
        node.fail(node.claimOne(), answered(401, Map.of()));

        node.watch.list().forgetFailures(List.of(JOB));
        assertThat(node.watch.list().refusingTenants()).isEmpty();
        assertThat(node.claim()).hasSize(1);
    }

    @Test
    void aWaitThatTheTenantAskedForStays() {
        node.fail(node.claimOne(), answered(503, Map.of("Retry-After", "40")));
        node.watch.list().forgetFailures(List.of(JOB));
        assertThat(node.claim()).isEmpty();
        clock.advance(Duration.ofSeconds(41));
        assertThat(node.claim()).hasSize(1);
    }

    @Test
    void aLookUnderWayBringsNothingBack() {
        failThreeTimes(404);
        Look look = node.claimOne();
        node.watch.list().forgetFailures(List.of(JOB));
        node.fail(look, answered(404, Map.of()));
        assertThat(node.job(JOB).unreachable()).isFalse();
        assertThat(node.job(JOB).failures()).isZero();
    }

    @Test
    void aJobThatNeverFailedIsLeftToTheLookUnderWay() {
        Look look = node.claimOne();
        node.watch.list().forgetFailures(List.of(JOB));
        node.see(look, running(look, 10));
        node.settle();
        assertThat(node.job(JOB).observed().lastProgress()).isEqualTo(10);
    }

    private void failThreeTimes(int status) {
        for (int i = 0; i < 3; i++) {
            node.fail(node.claimOne(), answered(status, Map.of()));
            clock.advance(Duration.ofMinutes(2));
        }
    }
}
