package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.Journal;
import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.errors.LogLines;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.job.JobKey;
import io.trainwatch.rules.PolicyInForce.CancelWithheld;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFilesTest {

    private static final JobKey VISION = new JobKey("acme", "vision", "nightly-1");
    private static final JobKey OTHER = new JobKey("acme", "bots", "a");
    private static final String RULES = "rules: [{type: cpu, above: 90}]\n";

    @TempDir
    Path temporary;

    private Path folder;
    private Store store;
    private Policies policies;
    private PolicyFiles files;
    private long nanos;
    private final RepeatedFaults faults = new RepeatedFaults(() -> nanos);

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectories(temporary.resolve("policies"));
        store = FreshDatabase.on(Engine.SQLITE, temporary).open();
        make();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void make() {
        PolicySettings settings = settings(true, 95);
        policies = new Policies(settings, Duration.ofSeconds(15));
        files = new PolicyFiles(settings, policies, store, new Journal(store), faults, new SettableClock());
    }

    private PolicySettings settings(boolean autoCancel, double maxCpu) {
        return new PolicySettings(
                autoCancel,
                maxCpu,
                Windows.DEFAULT,
                90,
                Windows.DEFAULT,
                Optional.empty(),
                Duration.ofMinutes(5),
                false,
                Duration.ofMinutes(5),
                folder,
                100);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    /** As often as it takes for what does not change to be taken. */
    private void settle() {
        for (int i = 0; i < StableFiles.LOOKS; i++) {
            files.reload();
        }
    }

    private String policyOf(JobKey job) {
        return policies.of(job, null).name();
    }

    private List<String> audit() {
        return store.read(handle -> handle.createQuery("select action || ' ' || details from journal order by id")
                .mapTo(String.class)
                .list());
    }

    @Test
    void withoutFilesTheSettingsSayWhatThePolicyIs() throws IOException {
        files.start();
        assertThat(policyOf(VISION)).isEqualTo("settings");
        Files.delete(folder);
        make();
        files.start();
        settle();
        assertThat(policyOf(VISION)).isEqualTo("settings");
        assertThat(files.problems()).isEmpty();
        assertThat(audit()).isEmpty();
    }

    @Test
    void theMostSpecificFileCountsThenTheOneForAllThenTheSettings() throws IOException {
        write("all.yaml", "default: true\n" + RULES);
        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        write("nightly.yml", "applies-to: ['*:*/nightly-*']\n" + RULES);
        write("one.yaml", "applies-to: ['acme:vision/nightly-1', 'acme:vision/x']\n" + RULES);
        write("notes.txt", "no policy");
        write(".hidden.yaml", "no policy");
        files.start();
        assertThat(files.problems()).isEmpty();
        assertThat(policyOf(VISION)).isEqualTo("one");
        assertThat(policyOf(new JobKey("acme", "vision", "nightly-2"))).isEqualTo("nightly");
        assertThat(policyOf(new JobKey("acme", "vision", "a"))).isEqualTo("vision");
        assertThat(policyOf(OTHER)).isEqualTo("all");
        assertThat(policies.of(VISION, "{\"rules\":[]}").name()).as("its own").isEqualTo("job");

        Files.delete(folder.resolve("one.yaml"));
        Files.delete(folder.resolve("all.yaml"));
        settle();
        assertThat(policyOf(VISION)).isEqualTo("nightly");
        assertThat(policyOf(OTHER)).isEqualTo("settings");
        assertThat(audit().get(4))
                .startsWith("POLICY_CHANGED {\"file\":\"all.yaml\"")
                .contains("\"removed\":true");
    }

    @Test
    void aChangeIsTakenWithoutARestartAndAuditedWithBothHashes() throws IOException {
        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        files.start();
        String before = policies.of(VISION, null).hash();
        write("vision.yaml", "applies-to: ['acme:vision/*']\ndry-run: true\n" + RULES);
        settle();
        String after = policies.of(VISION, null).hash();
        assertThat(after).isNotEqualTo(before);
        assertThat(audit().get(1))
                .startsWith("POLICY_CHANGED {\"file\":\"vision.yaml\",\"name\":\"vision\",\"hash\":\"" + after + "\"")
                .contains(
                        "\"dry_run\":true",
                        "max-cpu (cancel): CPU above 90 %, cusum",
                        "\"previous\":\"" + before + "\"");
    }

    @Test
    void aLinkOutOfTheFolderAndWhatIsNoFileAreNamedAndStopNoOther() throws Exception {
        Path secret = Files.writeString(temporary.resolve("secret"), "canary-of-a-secret: [\n");
        Files.createSymbolicLink(folder.resolve("link.yaml"), secret);
        Files.createSymbolicLink(folder.resolve("nowhere.yaml"), Path.of("nowhere"));
        Files.createDirectory(folder.resolve("folder.yaml"));
        new ProcessBuilder("mkfifo", folder.resolve("pipe.yaml").toString())
                .start()
                .waitFor();
        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        files.start();
        settle();
        assertThat(policyOf(VISION)).isEqualTo("vision");
        assertThat(files.problems())
                .hasSize(4)
                .anySatisfy(problem -> assertThat(problem)
                        .isEqualTo("The policy file link.yaml is refused: is a link to what is not in its folder, and"
                                + " is not read. Nothing of it is in force"))
                .anySatisfy(problem -> assertThat(problem).contains("pipe.yaml is refused: is a pipe"))
                .anySatisfy(problem -> assertThat(problem).contains("folder.yaml is refused: is a folder"))
                .anySatisfy(problem -> assertThat(problem).contains("nowhere.yaml is refused: is a link that leads"));
        assertThat(files.problems().toString() + audit()).doesNotContain("canary", "java.");
    }

    @Test
    void aFileThatIsBeingWrittenIsNotTaken() throws IOException {
        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        files.start();
        String before = policies.of(VISION, null).hash();
        for (String soFar :
                List.of("", "applies-to: ['acme:vision/*']\nrules: []\n", "applies-to: ['acme:vision/*']\nru")) {
            write("vision.yaml", soFar);
            for (int i = 1; i < StableFiles.LOOKS; i++) {
                files.reload();
                assertThat(policies.of(VISION, null).hash()).isEqualTo(before);
                assertThat(files.problems()).isEmpty();
            }
        }
        Files.delete(folder.resolve("vision.yaml"));
        files.reload();
        assertThat(policies.of(VISION, null).hash()).as("gone for a moment").isEqualTo(before);
        write("vision.yaml", "applies-to: ['acme:vision/*']\nauto-cancel: false\n" + RULES);
        settle();
        assertThat(policies.of(VISION, null).hash()).isNotEqualTo(before);
        assertThat(audit()).as("none of what was between").hasSize(2);
    }

    @Test
    void aBadFileIsRefusedWithLineAndReasonAndTheOldOneStaysInForce() throws IOException {
        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        files.start();
        String good = policies.of(VISION, null).hash();
        write("vision.yaml", "applies-to: ['acme:vision/*']\nrules:\n  - {type: cpu, abov: 90}\n");
        settle();
        settle();
        assertThat(policies.of(VISION, null).hash()).isEqualTo(good);
        assertThat(files.problems())
                .singleElement()
                .asString()
                .startsWith("The policy file vision.yaml is refused: line 3, column 5: rules[0]: 'above' is missing.")
                .contains("'abov' is not known; did you mean 'above'?")
                .endsWith("Its version " + good.substring(0, 12) + " stays in force");
        assertThat(audit()).hasSize(2);
        assertThat(audit().get(1))
                .startsWith("POLICY_REFUSED {\"file\":\"vision.yaml\",\"hash\":\"")
                .contains("line 3, column 5", "\"in_force\":\"" + good + "\"");

        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        settle();
        assertThat(files.problems()).isEmpty();
        assertThat(audit()).as("mended as it was").hasSize(2);
    }

    @Test
    void aReasonThatEndsASentenceGetsNoSecondFullStop() throws IOException {
        write("a.yaml", "default: true\nrules: [{type: cpu, above: 90, window: 0 of 3}]\n");
        write("b.yaml", "applies-to: ['acme:b/*']\nrules: [{type: cpu, above: 90}]\nexemt: true\n");
        write("c.yaml", RULES);
        write("d.yaml", "default: true\nrules: [{type: cpu, abov: 90}]\n");
        files.start();
        assertThat(files.problems())
                .hasSize(4)
                .allSatisfy(problem -> assertThat(problem)
                        .containsPattern("[^.?][.?] Nothing of it is in force")
                        .doesNotContain("..", "?.", ".;"));
    }

    @Test
    void theLogSaysHowManyRulesAPolicyHasForWhichJobs() {
        assertThat(extent("default: true\n" + RULES)).isEqualTo("2 rules for all jobs that no other is for");
        assertThat(extent("applies-to: ['acme:a/*', 'acme:b/*']\ndefault: true\n"
                        + "rules: [{type: cpu, above: 90}, {type: memory, above: 90}]\n"))
                .isEqualTo("4 rules for acme:a/*, acme:b/*, all jobs that no other is for");
    }

    private static String extent(String policy) {
        return PolicyFiles.extent(WrittenPolicy.parse(policy.getBytes(StandardCharsets.UTF_8), "a"));
    }

    @Test
    void aRestartChangesNothingAndABadFileDoesNotEither() throws IOException {
        write("vision.yaml", "applies-to: ['acme:vision/*']\ndry-run: true\n" + RULES);
        files.start();
        String good = policies.of(VISION, null).hash();
        make();
        files.start();
        assertThat(audit()).hasSize(1);
        assertThat(policies.of(VISION, null).hash()).isEqualTo(good);

        write("vision.yaml", "rules: [");
        make();
        files.start();
        assertThat(policies.of(VISION, null).hash()).isEqualTo(good);
        assertThat(policies.of(VISION, null).withholds(VISION, new SettableClock().instant()))
                .contains(CancelWithheld.DRY_RUN);
        assertThat(files.problems()).hasSize(1);
    }

    @Test
    void aFolderThatIsGoneEndsNoPolicy() throws IOException {
        write("vision.yaml", "applies-to: ['acme:vision/*']\n" + RULES);
        files.start();
        Path away = Files.move(folder, temporary.resolve("away"));
        settle();
        settle();
        assertThat(policyOf(VISION)).isEqualTo("vision");
        assertThat(files.problems()).singleElement().asString().contains("what was read from it stays in force");
        make();
        files.start();
        assertThat(policyOf(VISION)).as("after a restart").isEqualTo("vision");

        Files.move(away, folder);
        settle();
        assertThat(files.problems()).isEmpty();
        Files.delete(folder.resolve("vision.yaml"));
        settle();
        assertThat(policyOf(VISION)).isEqualTo("settings");
    }

    @Test
    void filesThatContradictEachOtherAreRefusedUntilTheyDoNot() throws IOException {
        write("a.yaml", "applies-to: ['acme:vision/a*', 'acme:vision/n*']\n" + RULES);
        write("b.yaml", "applies-to: ['acme:bots/*', 'acme:vision/*1']\n" + RULES);
        write("c.yaml", "name: a\napplies-to: ['acme:c/*']\n" + RULES);
        write("d.yaml", RULES);
        write("e.yaml", "default: true\n" + RULES);
        write("f.yaml", "default: true\n" + RULES);
        write("job.yaml", "applies-to: ['acme:d/*']\n" + RULES);
        files.start();
        assertThat(files.problems())
                .satisfiesExactly(
                        b -> assertThat(b)
                                .startsWith("The policy file b.yaml is refused: line 1, column 29: applies-to[1]:"
                                        + " 'acme:vision/*1' ties with 'acme:vision/a*' of a.yaml")
                                .endsWith("Nothing of it is in force"),
                        c -> assertThat(c).contains("line 1, column 7: name: 'a' is the name of a.yaml too"),
                        d -> assertThat(d).contains("is for no job: write applies-to, or default: true"),
                        f -> assertThat(f).contains("line 1, column 10: default: e.yaml is for all jobs already"),
                        job -> assertThat(job).contains("'job' is the name of another kind of policy"));
        assertThat(policyOf(VISION)).isEqualTo("a");
        assertThat(policyOf(OTHER)).isEqualTo("e");

        write("a.yaml", "applies-to: ['acme:vision/b*']\n" + RULES);
        settle();
        assertThat(files.problems()).as("b ties with the new a still").hasSize(5);
        write("a.yaml", "applies-to: ['acme:vision/*2']\n" + RULES);
        settle();
        assertThat(files.problems()).hasSize(4);
        assertThat(policyOf(OTHER)).isEqualTo("b");
    }

    @Test
    void switchingCancelsOffInTheSettingsHoldsForFilesToo() throws IOException {
        write("all.yaml", "default: true\nauto-cancel: true\n" + RULES);
        PolicySettings off = settings(false, 95);
        policies = new Policies(off, Duration.ofSeconds(15));
        files = new PolicyFiles(off, policies, store, new Journal(store), faults, new SettableClock());
        files.start();
        assertThat(policyOf(OTHER)).isEqualTo("all");
        assertThat(policies.of(OTHER, null).withholds(OTHER, new SettableClock().instant()))
                .contains(CancelWithheld.OFF);
        assertThat(policies.of(OTHER, "{\"rules\":[]}").withholds(OTHER, new SettableClock().instant()))
                .contains(CancelWithheld.OFF);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The folder of policies cannot be read",
            then = "What was in force stays so, and few lines are logged")
    @Test
    void aFolderThatCannotBeReadAndFilesThatCannotBeUsedAreAFewLines() throws IOException {
        write("all.yaml", "default: true\n" + RULES);
        files.start();
        try (LogLines log = LogLines.listen()) {
            for (int i = 0; i < 50; i++) {
                write("bad-" + i + ".yaml", "nonsense");
            }
            settle();
            assertThat(log.ofFaults())
                    .singleElement()
                    .asString()
                    .startsWith("Reading the policy files fails: The policy file bad-0.yaml is refused: ")
                    .endsWith(". And 47 more; /api/health names them");
            Path aside = folder.resolveSibling("aside");
            Files.move(folder, aside);
            Files.writeString(folder, "in its place");
            for (int halfSecond = 0; halfSecond < 240; halfSecond++) {
                files.reload();
                nanos += 500_000_000L;
            }
            assertThat(log.ofFaults())
                    .filteredOn(line -> line.contains("The folder of policies"))
                    .hasSize(2)
                    .first()
                    .isEqualTo("The folder of policies fails: " + folder
                            + " cannot be read: it is no folder; what was read from it stays in force");
            Files.delete(folder);
            Files.move(aside, folder);
            nanos += Duration.ofSeconds(20).toNanos();
            settle();
            assertThat(log.ofFaults()).last().asString().startsWith("The folder of policies works again; ");
            log.assertFew();
        }
        assertThat(policyOf(OTHER)).isEqualTo("all");
    }

    @Test
    void anotherPolicyOfTheSettingsIsAuditedAtTheStart() {
        files.start();
        PolicySettings other = settings(true, 80);
        new PolicyFiles(
                        other,
                        new Policies(other, Duration.ofSeconds(15)),
                        store,
                        new Journal(store),
                        faults,
                        new SettableClock())
                .start();
        assertThat(audit())
                .singleElement()
                .asString()
                .startsWith("POLICY_CHANGED {\"file\":\"\",\"name\":\"settings\"")
                .contains(
                        "CPU above 80 %",
                        "\"previous\":\"" + policies.of(OTHER, null).hash() + "\"");
    }

    @Test
    void anOwnPolicyThatCannotBeReadAnyMoreCancelsNothing() {
        PolicyInForce policy = policies.of(OTHER, "{\"rules\":[{\"type\":\"gone\"}]}");
        assertThat(policy.name()).isEqualTo("settings");
        assertThat(policy.withholds(OTHER, new SettableClock().instant())).contains(CancelWithheld.OFF);
    }

    @Test
    void whatIsLongOrCannotBeReadIsRefused() throws IOException {
        write("long.yaml", "default: true\n" + RULES + "# " + "x".repeat(300_000));
        Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, 0});
        Files.createDirectory(folder.resolve("folder.yaml"));
        files.start();
        assertThat(files.problems())
                .satisfiesExactly(
                        binary -> assertThat(binary).contains("is no text in UTF-8"),
                        inner -> assertThat(inner).contains("is a folder and no file"),
                        huge -> assertThat(huge).contains("is longer than 262144 bytes"));
    }
}
