package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.WrittenPolicy.OwnPolicy;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Breaches that lead to no cancel, or not yet. */
@OnBothEngines
class WithheldCancelsTest extends NodesUnderTest {

    private static final String CPU = "{\"type\": \"cpu\", \"above\": 95, \"window\": \"1 of 1\"}";
    private static final String MEMORY = "{\"type\": \"memory\", \"above\": 90, \"window\": \"1 of 1\"}";
    private static final String WARNING =
            "{\"id\": \"high-cpu\", \"type\": \"cpu\", \"above\": 80, \"window\": \"1 of 1\", \"level\": \"warn\"}";

    /** Puts the job on the list with a policy of its own, of these members. */
    private void watch(String policy) throws Exception {
        node.watch.list().add(List.of(JOB), "test", own(policy));
    }

    private static OwnPolicy own(String policy) throws Exception {
        return OwnPolicy.of(new ObjectMapper().readTree("{" + policy + "}"));
    }

    /** The next look at the job, a minute later. */
    private String see(double cpu, double memory) {
        node.settle();
        clock.advance(Duration.ofMinutes(1));
        Look look = node.claimOne();
        return node.see(look, status(look, cpu, memory));
    }

    private static JobStatus status(Look look, double cpu, double memory) {
        return new JobStatus(
                look.key().job(),
                TrainingState.RUNNING,
                look.job().observed().looks() + 1.0,
                List.of(),
                new ResourceUtilization(cpu, memory, null),
                TestNode.STARTED_AT,
                null,
                0,
                null,
                false);
    }

    @Test
    void aWarningIsToldOnceAndACancelFollowsIt() throws Exception {
        watch("\"rules\": [" + WARNING + ", " + CPU + "]");
        see(85, 40);
        see(86, 40);
        assertThat(node.events(JOB)).containsExactly("job.breached");
        assertThat(node.bodies(JOB).get(0)).contains("\"rule\":\"high-cpu\"", "\"withheld\":\"warn\"");
        assertThat(node.deletes).isEmpty();

        see(99, 40);
        assertThat(node.events(JOB)).containsExactly("job.breached", "job.cancel_requested");
        assertThat(node.bodies(JOB).get(1)).contains("\"rule\":\"max-cpu\"").doesNotContain("withheld");
        assertThat(node.deletes).containsExactly(JOB.toString());
        assertThat(node.details(JOB, "AUTO_CANCEL_TRIGGERED").get(0)).contains("\"also\":[{\"rule\":\"high-cpu\"");
    }

    @Test
    void aWarningBesideACancelIsToldToo() throws Exception {
        watch("\"rules\": [" + CPU + ", " + MEMORY + ", " + WARNING + "]");
        see(99, 99);
        assertThat(node.events(JOB)).containsExactly("job.breached", "job.cancel_requested");
        assertThat(node.bodies(JOB).get(0)).contains("\"rule\":\"high-cpu\"");
        assertThat(node.bodies(JOB).get(1)).contains("\"rule\":\"max-cpu\"");
    }

    @Test
    void eachRuleThatBreaksIsToldOnceAJob() throws Exception {
        watch("\"auto-cancel\": false, \"rules\": [" + CPU + ", " + MEMORY + "]");
        see(99, 40);
        see(99, 99);
        see(40, 99);
        see(99, 99);
        assertThat(node.events(JOB)).containsExactly("job.breached", "job.breached");
        assertThat(node.bodies(JOB).get(0)).contains("\"rule\":\"max-cpu\"", "\"withheld\":\"auto-cancel\"");
        assertThat(node.bodies(JOB).get(1)).contains("\"rule\":\"max-memory\"");
        assertThat(node.details(JOB, "CANCEL_WITHHELD")).hasSize(2);
        assertThat(node.deletes).isEmpty();
    }

    @Test
    void whatWasToldIsKnownAfterARestartAndForgottenWhenTheJobIsWatchedAnew() throws Exception {
        watch("\"auto-cancel\": false, \"rules\": [" + CPU + "]");
        see(99, 40);
        node.close();
        node = node("node-2", Setup.USUAL);
        see(99, 40);
        assertThat(node.events(JOB)).hasSize(1);

        node.watch.list().remove(JOB, "test");
        watch("\"auto-cancel\": false, \"rules\": [" + CPU + "]");
        see(99, 40);
        assertThat(node.events(JOB)).containsExactly("job.breached", "job.breached");
    }

    @Test
    void aDryRunTellsWhatItWouldHaveDoneAndDoesNothing() throws Exception {
        watch("\"dry-run\": true, \"rules\": [" + CPU + "]");
        see(99, 40);
        see(99, 40);
        assertThat(node.deletes).isEmpty();
        assertThat(node.events(JOB)).containsExactly("job.breached");
        String hash = own("\"dry-run\": true, \"rules\": [" + CPU + "]").hash();
        assertThat(node.details(JOB, "CANCEL_WITHHELD"))
                .singleElement()
                .asString()
                .contains(
                        "\"withheld\":\"dry-run\"",
                        "\"why\":\"the policy is on a dry run\"",
                        "\"policy\":{\"name\":\"job\",\"hash\":\"" + hash + "\"}");

        OwnPolicy armed = own("\"rules\": [" + CPU + "]");
        store.transaction(handle -> {
            node.watch.list().changePolicy(handle, JOB, armed, "test", clock.instant());
            return null;
        });
        assertThat(node.details(JOB, "POLICY_CHANGED").get(0)).contains(armed.hash(), "\"previous\":\"" + hash + "\"");
        see(99, 40);
        assertThat(node.events(JOB)).containsExactly("job.breached", "job.cancel_requested");
    }

    @Test
    void insideAMaintenanceWindowNothingIsCancelledAndAfterItIs() throws Exception {
        ZonedDateTime start = clock.instant().atZone(ZoneOffset.UTC);
        watch("\"maintenance\": [{\"cron\": \"" + start.getMinute() + " " + start.getHour()
                + " * * *\", \"duration\": \"150s\", \"time-zone\": \"UTC\"}], \"rules\": [" + CPU + "]");
        see(99, 40);
        see(99, 40);
        assertThat(node.deletes).isEmpty();
        assertThat(node.details(JOB, "CANCEL_WITHHELD"))
                .singleElement()
                .asString()
                .contains("\"maintenance\"");
        see(99, 40);
        assertThat(node.deletes).containsExactly(JOB.toString());
        assertThat(node.events(JOB)).containsExactly("job.breached", "job.cancel_requested");
    }

    @Test
    void anExemptedJobIsNeverCancelled() throws Exception {
        watch("\"exempt\": [\"acme:*/job-1\"], \"rules\": [" + CPU + "]");
        see(99, 40);
        see(99, 40);
        assertThat(node.deletes).isEmpty();
        assertThat(node.bodies(JOB)).singleElement().asString().contains("\"withheld\":\"exempt\"");
    }

    @Test
    void aBudgetStopsABadPolicyAfterSoManyCancelsAndHasRoomAgainAfterAnHour() {
        List<JobKey> jobs = IntStream.range(0, 5).mapToObj(i -> job("bad-" + i)).toList();
        node.watch.list().add(jobs, "test");
        TestNode one = node("node-1a", Setup.USUAL.cancelsPerHour(3));
        TestNode other = node("node-2", Setup.USUAL.cancelsPerHour(3));
        clock.advance(Duration.ofMinutes(1));
        List<Look> looks = one.claim();
        assertThat(looks).hasSize(5);
        looks.subList(0, 2).forEach(look -> one.see(look, status(look, 99, 40)));
        clock.advance(TestNode.LEASE.plusSeconds(1));
        other.claim().forEach(look -> other.see(look, status(look, 99, 40)));
        List<JobKey> withheld = jobs.stream()
                .filter(job -> !node.events(job).contains("job.cancel_requested"))
                .toList();
        assertThat(withheld)
                .as("of five, with two nodes and a budget of three")
                .hasSize(2)
                .allSatisfy(job -> {
                    assertThat(node.events(job)).containsExactly("job.breached");
                    assertThat(node.details(job, "CANCEL_WITHHELD"))
                            .singleElement()
                            .asString()
                            .contains(
                                    "\"withheld\":\"budget\"",
                                    "the budget of acme is spent: at most 3 cancels an hour",
                                    "\"policy\":{\"name\":\"settings\"");
                    assertThat(node.job(job).phase()).isEqualTo(Phase.WATCHING);
                });
        assertThat(other.watch.spentBudgets()).singleElement().satisfies(spent -> {
            assertThat(spent.tenant()).isEqualTo("acme");
            assertThat(spent.freeAt())
                    .isAfter(clock.instant())
                    .isBefore(clock.instant().plusSeconds(3_600));
        });

        clock.advance(Duration.ofMinutes(61));
        assertThat(other.watch.spentBudgets()).isEmpty();
        other.claim().forEach(look -> {
            if (withheld.contains(look.key())) {
                other.see(look, status(look, 99, 40));
            }
        });
        assertThat(withheld)
                .allSatisfy(
                        job -> assertThat(node.events(job)).containsExactly("job.breached", "job.cancel_requested"));
    }

    @Test
    void aPolicyMayHaveABudgetOfItsOwn() throws Exception {
        List<JobKey> jobs = IntStream.range(0, 3).mapToObj(i -> job("own-" + i)).toList();
        node.watch.list().add(jobs, "test", own("\"max-cancels-per-hour\": 1, \"rules\": [" + CPU + "]"));
        clock.advance(Duration.ofMinutes(1));
        node.claim().forEach(look -> node.see(look, status(look, 99, 40)));
        assertThat(node.deletes).hasSize(1);
        assertThat(node.watch.spentBudgets().get(0).reason())
                .isEqualTo("the budget of policy job for acme is spent: at most 1 cancels an hour");
    }

    @Test
    void aBudgetOfNoneCancelsNothing() {
        TestNode careful = node("node-2", Setup.USUAL.cancelsPerHour(0));
        careful.watch.list().add(List.of(JOB), "test");
        Look look = careful.claimOne();
        careful.see(look, status(look, 99, 40));
        assertThat(careful.deletes).isEmpty();
        assertThat(careful.events(JOB)).containsExactly("job.breached");
    }

    @Test
    void nodesThatCancelAtTheSameMomentDoNotSpendMoreThanThereIs() throws Exception {
        List<JobKey> jobs =
                IntStream.range(0, 24).mapToObj(i -> job("race-" + i)).toList();
        node.addDueNow(jobs);
        List<TestNode> nodes = List.of(
                node("node-a", Setup.USUAL.workers(12).cancelsPerHour(7)),
                node("node-b", Setup.USUAL.workers(12).cancelsPerHour(7)));
        List<Callable<Void>> stops = new ArrayList<>();
        for (TestNode each : nodes) {
            for (Look look : each.claim()) {
                stops.add(() -> {
                    Decision decision = each.watch.outcomes().judge(look, status(look, 99, 40), null);
                    each.watch.cancelIntents().commit(look, (Decision.Breached) decision);
                    return null;
                });
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            threads.invokeAll(stops);
        } finally {
            threads.shutdown();
        }
        assertThat(stops).hasSize(24);
        assertThat(jobs.stream().filter(job -> node.events(job).contains("job.cancel_requested")))
                .hasSize(7);
        assertThat(jobs.stream().filter(job -> node.events(job).equals(List.of("job.breached"))))
                .hasSize(17);
    }

    @Test
    void aCancelThatIsNotCommittedCostsNothing() {
        TestNode careful = node("node-2", Setup.USUAL.cancelsPerHour(1));
        careful.watch.list().add(List.of(JOB), "test");
        Look look = careful.claimOne();
        store.transaction(handle -> handle.execute("alter table event rename to away"));
        assertThatThrownBy(() -> careful.see(look, status(look, 99, 40))).isInstanceOf(RuntimeException.class);
        store.transaction(handle -> handle.execute("alter table away rename to event"));
        clock.advance(TestNode.LEASE.plusSeconds(1));
        Look again = careful.claimOne();
        careful.see(again, status(again, 99, 40));
        assertThat(careful.deletes).containsExactly(JOB.toString());
    }
}
