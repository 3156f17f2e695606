package io.trainwatch.audit.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.audit.ExportForTests;
import io.trainwatch.audit.ForgedLines;
import io.trainwatch.audit.Journal;
import io.trainwatch.audit.KnownLines;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of an audit, whoever wrote its details. */
class ExplanationTest {

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private Journal journal;
    private Path audit;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(Engine.SQLITE, folder).open();
        journal = new Journal(store);
        audit = folder.resolve("audit");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void line(String job, AuditAction action, String details) {
        String[] key = job.split("[:/]");
        store.transaction(handle -> {
            journal.write(handle, new AuditEntry(clock.instant(), key[0], key[1], key[2], action, details));
            return null;
        });
    }

    private void export() throws IOException {
        ExportForTests export = new ExportForTests(store, "node", audit, clock);
        while (export.turn(null) > 0) {
            clock.advance(java.time.Duration.ofSeconds(1));
        }
    }

    private Explanation.Result result;

    private String explained(String job) throws IOException {
        StringWriter text = new StringWriter();
        result = Explanation.of(
                AuditVerification.Request.of(List.of(audit)),
                Explanation.JobName.parse(job),
                new PlainWords(new PrintWriter(text)));
        return text.toString();
    }

    @Test
    void reasonsThatNobodyKnewWhenThisWasWrittenComeThrough() throws IOException {
        line("a:p/j", AuditAction.MONITOR_START, "{\"source\":\"properties\",\"epoch\":1}");
        line(
                "a:p/j",
                AuditAction.CANCEL_WITHHELD,
                "{\"rule\":\"max-cpu\",\"observed\":99.0,\"limit\":95.0,\"why\":\"the moon is full\",\"moon\":"
                        + "{\"phase\":\"full\"},\"policy\":{\"name\":\"nightly\"}}");
        line("a:p/j", AuditAction.AUDIT_GAP, "{\"root\":\"abc\"}");
        export();

        assertThat(explained("a:p/j"))
                .contains(
                        "not cancelled, since the moon is full.", ". Judged by the policy nightly. [moon: phase full]")
                .contains("audit gap. [root: abc]")
                .contains("It was not cancelled for this: max-cpu", "since the moon is full.")
                .contains("It has not ended")
                .contains("Nobody, as far as this audit goes.");
        assertThat(result.isTrustworthy()).isTrue();
    }

    @Test
    void whatSomebodyAddedIsNotToldAsTrueWhereTheStoreCanTell() throws IOException {
        line("a:p/j", AuditAction.MONITOR_START, "{\"source\":\"properties\",\"epoch\":1}");
        export();
        ForgedLines.append(
                audit,
                new AuditEntry(
                        clock.instant(),
                        "a",
                        "p",
                        "j",
                        AuditAction.AUTO_CANCEL_TRIGGERED,
                        "{\"rule\":\"max-cpu\",\"observed\":99.0,\"limit\":95.0}"));

        assertThat(explained("j")).as("without the store nobody can tell").contains("It was cancelled because");
        StringWriter text = new StringWriter();
        Explanation.Result checked = Explanation.of(
                AuditVerification.Request.of(List.of(audit)).with(Optional.of(() -> KnownLines.of(store))),
                Explanation.JobName.parse("j"),
                new PlainWords(new PrintWriter(text)));
        assertThat(text.toString())
                .contains("BROKEN", "line 2 of the chain is not known to the store")
                .contains("NOT PROVEN, perhaps forged: neither the store nor a signature knows this line. It says: ")
                .contains("It was not cancelled by Trainwatch")
                .contains("1 line marked above")
                .doesNotContain("It was cancelled because");
        assertThat(checked.isTrustworthy()).isFalse();
        assertThat(checked.doubtful()).isOne();
    }

    @Test
    void aJobIsFoundByItsIdAloneWhereNoOtherHasIt() throws IOException {
        line("a:p/j", AuditAction.MONITOR_START, "{}");
        line("a:p/other", AuditAction.MONITOR_START, "{}");
        line("a:q/twice", AuditAction.MONITOR_START, "{}");
        line("b:q/twice", AuditAction.MONITOR_START, "{}");
        export();

        assertThat(explained("j")).startsWith("a:p/j").doesNotContain("other");
        assertThat(explained("p/j")).startsWith("a:p/j");
        assertThat(explained("twice")).isEmpty();
        assertThat(result.jobs()).containsExactly("a:q/twice", "b:q/twice");
        assertThat(explained("b:q/twice")).startsWith("b:q/twice");
        assertThat(explained("nobody")).isEmpty();
        assertThat(result.jobs()).isEmpty();
        assertThatThrownBy(() -> Explanation.JobName.parse("a:b:c/d")).hasMessageContaining("names no job");
    }

    @Test
    void anAuditThatWasChangedIsExplainedButNotTrusted() throws IOException {
        for (int i = 0; i < 3; i++) {
            line("a:p/j", AuditAction.STATUS_CHECK, "{\"state\":\"RUNNING\",\"outcome\":\"running\"}");
        }
        line("a:p/j", AuditAction.MONITOR_COMPLETE, "{\"final_state\":\"FAILED\",\"looks\":3}");
        export();
        Path file = onlyFile();
        Files.writeString(file, Files.readString(file).replace("FAILED", "PASSED"));

        String text = explained("a:p/j");
        assertThat(text).contains("BROKEN", "line 4", "Ended as PASSED");
        assertThat(text.indexOf("BROKEN")).as("before anything else").isLessThan(text.indexOf("Looked at"));
        assertThat(result.isTrustworthy()).isFalse();
    }

    @Test
    void aPolicyIsToldWhereItChangesAndOnce() throws IOException {
        String settings = "{\"name\":\"settings\",\"hash\":\"" + "ab".repeat(32) + "\"}";
        String gpu = "{\"name\":\"gpu\",\"hash\":\"" + "cd".repeat(32) + "\"}";
        String own = "{\"name\":\"job\",\"hash\":\"" + "ef".repeat(32) + "\"}";
        for (String policy : List.of(settings, settings, gpu)) {
            line("a:p/j", AuditAction.STATUS_CHECK, look(policy));
        }
        line(
                "a:p/j",
                AuditAction.POLICY_CHANGED,
                "{\"source\":\"api\",\"name\":\"job\",\"hash\":\"" + "ef".repeat(32) + "\",\"previous\":null}");
        line("a:p/j", AuditAction.STATUS_CHECK, look(own));
        line(
                "a:p/j",
                AuditAction.POLICY_CHANGED,
                "{\"source\":\"api\",\"name\":\"job\",\"hash\":null,\"previous\":\"" + "ef".repeat(32) + "\"}");
        line("a:p/j", AuditAction.STATUS_CHECK, look(gpu));
        export();

        String text = explained("j");
        assertThat(text)
                .containsSubsequence(
                        "no rule is broken. Judged by what the settings say (version abababab).",
                        "no rule is broken. Judged by the policy gpu (version cdcdcdcd).",
                        "It is judged by a policy of its own from now on (version efefefef), as asked for by api.",
                        "Its own policy was taken away, as asked for by api: what a file or the settings say counts from"
                                + " now on. Its own was of version efefefef before.",
                        "no rule is broken. Judged by the policy gpu (version cdcdcdcd).")
                .containsOnlyOnce("what the settings say (")
                .doesNotContain("[", "Judged by its own policy");
    }

    private static String look(String policy) {
        return "{\"state\":\"RUNNING\",\"outcome\":\"running\",\"policy\":" + policy + "}";
    }

    @Test
    void timesAreToldToTheMillisecondAndHashesByTheirBeginning() throws IOException {
        line(
                "a:p/j",
                AuditAction.MONITOR_START,
                "{\"source\":\"api\",\"epoch\":1,\"next_look\":\"2026-11-27T04:30:11.450785017Z\",\"next_look_why\":"
                        + "\"first look\",\"root\":\"" + "0123456789abcdef".repeat(4) + "\"}");
        export();
        assertThat(explained("j"))
                .contains("is due at 2026-11-27T04:30:11.450Z (first look). [root: 01234567]")
                .doesNotContain("450785017");
    }

    @Test
    void whatTheAuditDoesNotHaveIsSaid() throws IOException {
        line("a:p/j", AuditAction.STATUS_CHECK, "{\"state\":\"RUNNING\",\"outcome\":\"running\"}");
        line("a:p/j", AuditAction.MONITOR_COMPLETE, "{\"final_state\":\"COMPLETED\",\"looks\":40}");
        export();
        assertThat(explained("j"))
                .contains("39 of its 40 valid looks do not stand here", "trainwatch.audit.status-checks");
    }

    @Test
    void whatCouldNotBeUsedAndWhyAJobFailedIsSaid() throws IOException {
        line(
                "a:p/j1",
                AuditAction.STATUS_INCOMPLETE,
                "{\"fields\":{\"progress_percent\":\"780.0 is not within 0 to 100\"}}");
        line("a:p/j1", AuditAction.MONITOR_COMPLETE, "{\"final_state\":\"FAILED\",\"fail_reason\":\"out of memory\"}");
        export();
        assertThat(explained("j1"))
                .contains(
                        "held what cannot be used, and counts as missing: progress percent 780.0 is not within 0 to 100.")
                .contains("Ended as FAILED. Why, in the tenant's words: out of memory.");
    }

    @Test
    void aTenantsTextCannotMoveTheCursor() throws IOException {
        line("a:p/j", AuditAction.MONITOR_ERROR, "{\"message\":\"\\u001b[2Jgone\\u202e\",\"kind\":\"UNAVAILABLE\"}");
        line(
                "a:p/j",
                AuditAction.MONITOR_COMPLETE,
                "{\"\\u009bk\\ny\":\"x\",\"resource_peak\":{\"cpu\":\"\\u001b1\"}}");
        export();
        assertThat(explained("j")).contains("\\u009bk\\u000ay: x", "CPU at most \\u001b1");
        assertThat(explained("j")).contains("\\u001b[2Jgone\\u202e");
        assertThat(explained("j").chars()).noneMatch(c -> c == 0x1b || c == 0x202e);
    }

    @Test
    void aProgramGetsTheSameAsJson() throws IOException {
        line("a:p/j", AuditAction.MONITOR_START, "{\"source\":\"properties\",\"epoch\":1}");
        line("a:p/j", AuditAction.MONITOR_COMPLETE, "{\"final_state\":\"CANCELLED\",\"looks\":1}");
        export();
        StringWriter text = new StringWriter();
        Explanation.of(
                AuditVerification.Request.of(List.of(audit)),
                Explanation.JobName.parse("j"),
                new AsJson(new PrintWriter(text)));

        JsonNode json = new ObjectMapper().readTree(text.toString());
        assertThat(json.path("steps").get(1).path("text").asText())
                .isEqualTo("Ended as CANCELLED, after 1 valid look.");
        assertThat(json.path("job").asText()).isEqualTo("a:p/j");
        assertThat(json.path("steps")).hasSize(2);
        assertThat(json.path("steps").get(1).path("details").path("final_state").asText())
                .isEqualTo("CANCELLED");
        assertThat(json.path("summary").path("cancel").get(0).asText()).contains("Somebody else cancelled it");
        assertThat(json.path("chain").path("whole").asBoolean()).isTrue();
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(audit)) {
            return files.findFirst().orElseThrow();
        }
    }
}
