package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.audit.ExportForTests;
import io.trainwatch.audit.explain.Explanation;
import io.trainwatch.audit.explain.Explanation.JobName;
import io.trainwatch.audit.explain.PlainWords;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import io.trainwatch.webhook.DeliveryResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What explain makes of the audit of jobs that were really watched. */
class StoryTest {

    private static final JobKey JOB = job("job-1");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();

    @Test
    void theStoryOfACancelIsWholeAndInOrder() throws IOException {
        try (Store store = FreshDatabase.on(Engine.SQLITE, folder).open();
                TestNode node = new TestNode(store, "node-1", Setup.USUAL.checks(StatusChecks.ALL), clock)) {
            node.watch.list().add(List.of(JOB), "test");
            see(node, false);
            Look failed = next(node);
            node.fail(failed, TestNode.answered(503, Map.of()));
            see(node, false);
            Look look = next(node);
            node.see(look, breaching(look, 20));
            node.cancelFailed(look, new IOException("Connection reset"));
            look = next(node);
            node.see(look, running(look, 21));
            node.cancelAccepted(look);
            look = next(node);
            node.see(look, ended(look, TrainingState.CANCELLED));
            node.outbox.claimDue().forEach(delivery -> node.outbox.settle(delivery, new DeliveryResult.Delivered(204)));
            clock.advance(TestNode.CONFIRM_AFTER.multipliedBy(2));
            look = node.claimOne();
            node.see(look, ended(look, TrainingState.CANCELLED));

            assertThat(explained(store))
                    .containsSubsequence(
                            "Put on the watch list, from test.",
                            "(first look)",
                            "Looked at (first look): RUNNING",
                            "(interval)",
                            "A look got no answer that could be used: 503",
                            "(after failure)",
                            "valid status again, after 1 failed look",
                            "It broke a rule: max-cpu (CPU above 95 %, 1 of 1), observed 99.0 against a limit of 95.0",
                            "window 1 of 1: 1 of the latest 1 readings were over the limit",
                            "Seen in a look (interval): RUNNING, progress 20.0 %, CPU 99.0 %",
                            "Cancel, request 1: lost",
                            "sent again at",
                            "Cancel, request 2: accepted",
                            "(after cancel)",
                            "Ended as CANCELLED",
                            "s after the decision to cancel it, which was in time",
                            "ci was told of job.cancel_requested (event evt_",
                            "it answered 204.",
                            "it was still CANCELLED",
                            "It was cancelled because it broke max-cpu",
                            "It ended: CANCELLED",
                            "ci: 1 event, the last at",
                            "OK");
        }
    }

    private void see(TestNode node, boolean breaks) {
        Look look = next(node);
        node.see(look, breaks ? breaching(look, 10) : running(look, 10));
        node.settle();
    }

    private Look next(TestNode node) {
        clock.advance(Duration.ofSeconds(15));
        return node.claimOne();
    }

    private String explained(Store store) throws IOException {
        Path audit = folder.resolve("audit");
        ExportForTests export = new ExportForTests(store, "node-1", audit, clock);
        while (export.turn(null) > 0) {
            clock.advance(Duration.ofSeconds(1));
        }
        StringWriter text = new StringWriter();
        Explanation.of(
                AuditVerification.Request.of(List.of(audit)),
                JobName.parse(JOB.job()),
                new PlainWords(new PrintWriter(text)));
        return text.toString();
    }
}
