package io.trainwatch.optional.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.demo.noise.SimulatedHistory;
import io.trainwatch.optional.history.HistoryExport.Head;
import io.trainwatch.optional.history.JobFinding.Outcome;
import io.trainwatch.optional.history.JobFinding.Outcome.Kind;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.StagnationRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.Window;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another policy would have done, job by job. */
class PolicyTrialTest {

    private static final Policy STRICT = cpuAbove(70, true);
    private static final Policy LAX = cpuAbove(99, true);
    private static final Policy REPORTING = cpuAbove(70, false);

    @TempDir
    Path folder;

    @Test
    void aJobThatWasLeftWouldHaveBeenCancelled() throws IOException {
        TrialSummary summary = trial(STRICT, look("a", 0, 60, ""), look("a", 15, 80, ""), look("b", 0, 60, ""));
        assertThat(summary.jobs()).isEqualTo(2);
        assertThat(summary.looks()).isEqualTo(3);
        assertThat(summary.isSame()).isFalse();
        assertThat(summary.notable()).singleElement().satisfies(job -> {
            assertThat(job.job()).isEqualTo("acme:bots/a");
            assertThat(job.now().kind()).isEqualTo(Kind.LEFT);
            assertThat(job.then().kind()).isEqualTo(Kind.CANCELLED);
            assertThat(job.then().at()).isEqualTo(at(15));
            assertThat(job.then().by()).isEqualTo(new Decided.Found("max-cpu", Level.CANCEL, 80, 70, at(15)));
        });
    }

    @Test
    void aJobThatWasCancelledWouldHaveBeenLeftOrCancelledEarlier() throws IOException {
        String[] looks = {look("a", 0, 75, ""), look("a", 15, 98, CANCELLED), look("a", 30, 98, "\"stopping\":true")};
        assertThat(trial(LAX, looks).notable()).singleElement().satisfies(job -> {
            assertThat(job.now().kind()).isEqualTo(Kind.CANCELLED);
            assertThat(job.now().at()).isEqualTo(at(15));
            assertThat(job.then()).isEqualTo(Outcome.LEFT);
        });
        assertThat(trial(STRICT, looks).notable())
                .singleElement()
                .satisfies(job -> assertThat(job.then().at()).isEqualTo(at(0)));
        assertThat(trial(cpuAbove(95, true), looks).isSame()).isTrue();
    }

    @Test
    void aJobThatIsOnlyReportedIsNotACancelledOne() throws IOException {
        String[] looks = {look("a", 0, 60, ""), look("a", 15, 98, CANCELLED)};
        assertThat(trial(REPORTING, looks).notable())
                .singleElement()
                .satisfies(job -> assertThat(job.then().kind()).isEqualTo(Kind.REPORTED));
        String[] reported = {look("a", 0, 60, ""), look("a", 15, 98, "\"act\":\"report\"")};
        assertThat(trial(REPORTING, reported).isSame()).isTrue();
        assertThat(trial(STRICT, reported).different()).isEqualTo(1);
    }

    @Test
    void whatKeptTheServiceFromCancellingKeepsTheTrialToo() throws IOException {
        String withheld = CANCELLED.replace("\"act\":\"cancel\"", "\"act\":\"report\"");
        String stillWithheld = CANCELLED.replace(",\"act\":\"cancel\"", "");
        String[] looks = {look("a", 0, 60, ""), look("a", 15, 98, withheld), look("a", 30, 98, stillWithheld)};
        assertThat(trial(cpuAbove(95, true), looks).isSame()).isTrue();
        assertThat(trial(cpuAbove(50, true), looks).notable())
                .singleElement()
                .satisfies(job -> assertThat(job.then().at()).isEqualTo(at(0)));
    }

    @Test
    void aMaintenanceWindowOfThePolicyHolds() throws IOException {
        PolicyTrial.Tried quiet = new PolicyTrial.Tried() {
            @Override
            public Optional<Policy> policyOf(String job, Optional<Policy> live) {
                return Optional.of(STRICT);
            }

            @Override
            public boolean withholds(String job, Instant at) {
                return at.isBefore(at(20));
            }
        };
        TrialSummary summary = PolicyTrial.of(
                source(look("a", 0, 80, ""), look("a", 15, 80, ""), look("a", 30, 80, ""), look("a", 45, 80, "")),
                quiet);
        assertThat(summary.notable())
                .singleElement()
                .satisfies(job -> assertThat(job.then().at()).isEqualTo(at(30)));
    }

    @Test
    void windowsAndStandstillsGoOnFromLookToLook() throws IOException {
        Policy standing = new Policy(true, null, List.of(new StagnationRule(null, null, Duration.ofSeconds(45), 0)));
        String[] looks = {
            look("a", 0, 60, ""),
            look("a", 15, 60, ""),
            look("a", 30, 60, ""),
            look("a", 45, 60, ""),
            look("a", 60, 60, "")
        };
        assertThat(trial(standing, looks).notable()).singleElement().satisfies(job -> {
            assertThat(job.then().at()).isEqualTo(at(45));
            assertThat(job.then().look()).isZero();
        });
    }

    @Test
    void aReportThatWasNotFollowedLeavesNoTrace() throws IOException {
        Policy standing = new Policy(true, null, List.of(new StagnationRule(null, null, Duration.ofSeconds(30), 0)));
        String back =
                look("a", 15, 60, "\"followed\":false,\"outcome\":\"reversed\"").replace("RUNNING", "QUEUED");
        assertThat(trial(standing, look("a", 0, 60, ""), back, look("a", 30, 60, ""))
                        .notable())
                .singleElement()
                .satisfies(job -> assertThat(job.then().at()).isEqualTo(at(30)));
    }

    @Test
    void withoutAPolicyLooksMustSayWhatTheyWereJudgedBy() throws IOException {
        HistorySource source = source(look("a", 0, 60, ""));
        assertThatThrownBy(() -> PolicyTrial.replay(source))
                .isInstanceOf(HistoryUnreadable.class)
                .hasMessageContaining("line 1: look 0 of acme:bots/a names no policy that it was judged by");
        HistorySource unknown = source(look("a", 0, 60, "\"policy\":\"0123456789abcdef\""));
        assertThatThrownBy(() -> PolicyTrial.replay(unknown))
                .hasMessageContaining("was judged by policy 0123456789abcdef, which is not there");
    }

    @Test
    void aPolicyThatWasChangedByHandIsRefused() throws IOException {
        String definition = PolicyJson.write(LAX);
        HistorySource source = source(Head.policy(PolicyJson.hash(definition), definition.replace("99.0", "98.0")));
        assertThatThrownBy(() -> PolicyTrial.replay(source))
                .isInstanceOf(HistoryUnreadable.class)
                .hasMessageContaining("line 1: the definition of policy")
                .hasMessageContaining("it was changed");
    }

    @Test
    void aLineThatCannotBeReadIsNamed() throws IOException {
        assertThatThrownBy(
                        () -> trial(LAX, look("a", 0, 60, ""), look("a", 15, 60, ""), "{\"job\":\"acme:bots/a\",")) //
                .isInstanceOf(HistoryUnreadable.class)
                .hasMessageContaining("line 3");
        assertThatThrownBy(() -> trial(LAX, "[]")).hasMessageContaining("line 1");
        assertThatThrownBy(() -> trial(LAX, "{\"history\":\"trainwatch\",\"version\":2}"))
                .hasMessageContaining("line 1: is of version 2");
    }

    @Test
    void looksInAnotherOrderAreRefused() throws IOException {
        assertThatThrownBy(() -> trial(LAX, look("a", 0, 60, "\"look\":1"), look("a", 30, 60, "\"look\":3")))
                .hasMessageContaining("look 3 of acme:bots/a stands where look 2 should");
        assertThatThrownBy(() -> trial(LAX, look("a", 0, 60, "\"look\":1"), look("a", 15, 60, "\"look\":1")))
                .hasMessageContaining("look 1 of acme:bots/a stands where look 2 should");
    }

    @Test
    void anEmptyHistoryHasNothingToTell() throws IOException {
        TrialSummary summary = PolicyTrial.replay(source());
        assertThat(summary.jobs()).isZero();
        assertThat(summary.first()).isNull();
        assertThat(summary.isSame()).isTrue();
    }

    @Test
    void aMissingFileIsSaidToBe() {
        assertThatThrownBy(() -> PolicyTrial.replay(new ExportedHistory(folder.resolve("none.jsonl"))))
                .isInstanceOf(HistoryUnreadable.class)
                .hasMessageContaining("none.jsonl cannot be read");
    }

    @Test
    void aHistoryOfManyJobsIsJudgedInPartsAsOneIs() throws IOException {
        StringWriter text = new StringWriter();
        new SimulatedHistory(cpuAbove(92, true), 3).write(20_000, 400, text);
        Path plain = Files.writeString(folder.resolve("plain.jsonl"), text.toString());
        Path packed = folder.resolve("packed.jsonl.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(Files.readAllBytes(plain));
        }
        TrialSummary replayed = PolicyTrial.replay(new ExportedHistory(plain));
        assertThat(replayed.looks()).isEqualTo(20_000);
        assertThat(replayed.isSame()).isTrue();
        assertThat(replayed.notable()).isEmpty();

        TrialSummary tried =
                PolicyTrial.of(new ExportedHistory(packed), (job, live) -> Optional.of(cpuAbove(97, true)));
        assertThat(tried.different()).isPositive();
        List<String> jobs = tried.notable().stream().map(JobFinding::job).toList();
        assertThat(jobs).isSorted().doesNotHaveDuplicates().hasSize((int) tried.different());
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        StringWriter one = new StringWriter();
        StringWriter other = new StringWriter();
        new SimulatedHistory(LAX, 3).write(1_000, 100, one);
        new SimulatedHistory(LAX, 3).write(1_000, 100, other);
        assertThat(one.toString()).isEqualTo(other.toString());
        assertThat(one.toString().lines()).hasSize(1_002);
    }

    private static final String CANCELLED = "\"outcome\":\"breached\",\"cancel\":true,\"act\":\"cancel\",\"breaches\":"
            + "[{\"rule\":\"max-cpu\",\"level\":\"cancel\",\"observed\":98.0,\"limit\":95.0,\"since\":\"2026-03-01T12:00:15Z\"}]";

    private static Policy cpuAbove(double limit, boolean autoCancel) {
        return new Policy(autoCancel, null, List.of(new CpuRule(null, null, limit, Window.SINGLE)));
    }

    private static Instant at(int seconds) {
        return Instant.parse("2026-03-01T12:00:00Z").plusSeconds(seconds);
    }

    /** A look, as another program could write it. */
    private static String look(String job, int second, double cpu, String more) {
        return "{\"job\":\"acme:bots/" + job + "\",\"at\":\"" + at(second) + "\",\"state\":\"RUNNING\","
                + "\"progress_percent\":10,\"cpu_usage\":" + cpu + ",\"memory_usage\":20"
                + (more.isEmpty() ? "" : "," + more) + "}";
    }

    private TrialSummary trial(Policy policy, String... lines) throws IOException {
        return PolicyTrial.of(source(lines), (job, live) -> Optional.of(policy));
    }

    private HistorySource source(String... lines) throws IOException {
        String text = List.of(lines).stream().map(String::strip).collect(Collectors.joining("\n"));
        return new ExportedHistory(Files.writeString(Files.createTempFile(folder, "history", ".jsonl"), text));
    }
}
