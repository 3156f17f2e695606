package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.StagnationRule;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long jobs of a project stand still is known of the next one, if they ended well. */
@OnBothEngines
class EarlierStepsTest extends NodesUnderTest {

    private static final Policy LEARNING = new Policy(
            true, Duration.ofMinutes(2), List.of(new StagnationRule(null, null, Duration.ofMinutes(5), 0, false)));

    @Override
    TestNode firstNode() {
        return new TestNode(store, "node-1", Setup.USUAL, LEARNING, Duration.ofMillis(1), clock);
    }

    @Test
    void theLongestStepAndTheTimeBeforeTheEndAreLearned() {
        watch(job("steps"), 20, 10, TrainingState.COMPLETED);
        assertThat(learned(job("next"))).isBetween(280.0, 320.0);
        watch(job("plateau"), 20, 80, TrainingState.COMPLETED);
        assertThat(learned(job("third"))).isBetween(1_150.0, 1_250.0);
    }

    @Test
    void aJobThatDidNotEndWellAndOneOfAnotherProjectTeachNothing() {
        watch(job("stuck"), 20, 40, TrainingState.CANCELLED);
        watch(new JobKey("acme", "other", "steps"), 20, 40, TrainingState.COMPLETED);
        assertThat(learned(job("next"))).isZero();
    }

    /** A job whose progress takes a step at each so many looks, and that ends so many looks after its last. */
    private void watch(JobKey job, int looksAStep, int looksBeforeTheEnd, TrainingState end) {
        node.watch.list().add(List.of(job), "test");
        for (int look = 0; look < 3 * looksAStep + looksBeforeTheEnd; look++) {
            double progress = 10.0 * Math.min(3, look / looksAStep);
            Look running = node.claimOne();
            node.see(running, TestNode.running(running, progress));
            node.settle();
            clock.advance(TestNode.INTERVAL);
        }
        Look last = node.claimOne();
        node.see(last, ended(last, end));
        clock.advance(TestNode.CONFIRM_AFTER.multipliedBy(2));
        Look confirming = node.claimOne();
        node.see(confirming, ended(confirming, end));
    }

    private double learned(JobKey job) {
        node.watch.list().add(List.of(job), "test");
        RuleMemory memory = node.job(job).observed().rules().get("max-stagnation");
        node.watch.list().remove(job, "test");
        return memory == null ? 0 : memory.sum();
    }
}
