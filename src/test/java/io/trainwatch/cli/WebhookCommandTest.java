package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.ReceiverOptions;
import io.trainwatch.demo.simulator.SignatureCheck;
import io.trainwatch.demo.simulator.WebhookReceiver;
import io.trainwatch.store.Store;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookCommandTest {

    private static final String EVENT = "evt_00000000000000000000000000000001";

    @TempDir
    Path folder;

    private final StringWriter told = new StringWriter();
    private WebhookReceiver receiver;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        receiver = WebhookReceiver.start(ReceiverOptions.defaults());
        config = folder.resolve("my.properties");
        Files.writeString(
                config, """
                trainwatch.tenant.acme.base-url = http://127.0.0.1:1/api
                trainwatch.webhook.ops.url = %s
                trainwatch.webhook.ops.secret = %s
                trainwatch.webhook.ops.headers = X-Team: ml
                trainwatch.webhook.customer.url = %s
                trainwatch.webhook.customer.public-only = true
                trainwatch.store.url = jdbc:sqlite:%s
                """.formatted(receiver.url(), receiver.secret(), receiver.url(), folder.resolve("store.db")));
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void aTestIsSignedAndSaysWhatCameBack() {
        assertThat(run("test", "ops")).isZero();
        assertThat(receiver.deliveries()).singleElement().satisfies(delivery -> {
            assertThat(delivery.signature()).isEqualTo(SignatureCheck.VALID);
            assertThat(new String(delivery.body(), StandardCharsets.UTF_8)).contains("\"event_type\":\"test\"");
            assertThat(delivery.headers()).containsEntry("x-team", "ml");
        });
        receiver.answerNext(500, 1);
        assertThat(run("test", "ops")).isEqualTo(ExitCode.NOT_TAKEN);
        assertThat(run("test", "nobody")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aTargetThatMayOnlyBePublicIsNotReachedOnThisMachine() {
        assertThat(run("test", "customer")).isEqualTo(ExitCode.NOT_TAKEN);
        assertThat(receiver.deliveries()).isEmpty();
    }

    @Test
    void aDeadEventIsDueAgainOnceItIsReplayed() {
        try (Store store = store()) {
            store.transaction(handle -> {
                handle.execute("insert into event (id, job, type, body, created_at) values ('" + EVENT
                        + "', 'acme:bots/job-1', 'job.failed', '{}', 1)");
                return handle.execute("insert into delivery (event_seq, target, job, status, attempts,"
                        + " next_attempt_at) select seq, 'ops', job, 'dead', 8, 9223372036854775807 from event");
            });
        }
        assertThat(run("list", "--state", "dead")).isZero();
        assertThat(told.toString()).contains(EVENT).hasLineCount(1);
        assertThat(run("list", "--state", "pending")).isZero();
        assertThat(told.toString()).isEqualToIgnoringNewLines("No deliveries that are pending.");
        assertThat(run("list", "--state", "undead")).isEqualTo(ExitCode.USAGE);
        assertThat(run("replay", EVENT)).isZero();
        assertThat(run("replay", "evt_unknown")).isEqualTo(ExitCode.NOT_TAKEN);
        assertThat(run("enable", "ops")).isEqualTo(ExitCode.NOT_TAKEN);
        assertThat(run("enable", "ops", "nobody")).isEqualTo(ExitCode.USAGE);
        assertThat(told.toString())
                .isEqualToIgnoringNewLines("There is no target 'nobody'; configured: ops, customer.");
        try (Store store = store()) {
            assertThat(store.<List<String>>read(handle -> handle.createQuery("select status || attempts from delivery")
                            .mapTo(String.class)
                            .list()))
                    .containsExactly("pending0");
        }
    }

    @Test
    void aTargetIsTakenOutOfServiceAndPutBack() {
        store().close();
        assertThat(run("disable", "nobody")).isEqualTo(ExitCode.USAGE);
        assertThat(run("disable", "ops", "--reason", "it moves")).isZero();
        assertThat(told.toString()).isEqualToIgnoringNewLines("Target ops is disabled; its events are kept for it.");
        assertThat(run("disable", "ops")).isEqualTo(ExitCode.NOT_TAKEN);
        assertThat(run("list")).isZero();
        assertThat(told.toString()).contains("target ops: disabled since", "by hand (command: it moves)");
        assertThat(run("enable", "ops")).isZero();
        assertThat(run("list")).isZero();
        assertThat(told.toString()).doesNotContain("disabled");
    }

    @Test
    void aListOfNothingSaysSo() {
        store().close();
        assertThat(run("list")).isZero();
        assertThat(told.toString()).isEqualToIgnoringNewLines("No deliveries that are pending or dead.");
    }

    private Store store() {
        return Store.open("jdbc:sqlite:" + folder.resolve("store.db"), null, null);
    }

    @Test
    void aStoreThatIsNotThereIsNotMade() {
        assertThat(run("list")).isEqualTo(ExitCode.USAGE);
        assertThat(told.toString())
                .contains("there is no store " + folder.resolve("store.db"))
                .contains("in the folder in which the service runs")
                .hasLineCount(1);
        String[] test = {"policy", "test", "-c", config.toString()};
        told.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(told);
        assertThat(TrainwatchCommand.commandLine(test)
                        .setOut(writer)
                        .setErr(writer)
                        .execute(test))
                .isEqualTo(ExitCode.USAGE);
        assertThat(told.toString()).contains("there is no store ");
        assertThat(folder.resolve("store.db")).doesNotExist();
    }

    private int run(String command, String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "webhook";
        all[1] = command;
        all[2] = "-c";
        all[3] = config.toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        told.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(told);
        return TrainwatchCommand.commandLine(all).setOut(writer).setErr(writer).execute(all);
    }
}
