package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.conventions.Situation;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import io.trainwatch.store.NoPermissions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints, keys, rotation, retention and proofs. */
class AuditFilesTest {

    private static final AuditKeys ED25519 = new AuditKeys(KeyForm.AUDIT.parse(SigningKey.generate()));
    private static final AuditKeys HMAC = new AuditKeys(KeyForm.AUDIT.parse("hmac:"
            + Base64.getEncoder()
                    .encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))));

    @TempDir
    Path folder;

    private AuditUnderTest audit;

    @AfterEach
    void close() {
        audit.close();
    }

    private void begin(AuditOptions options) {
        audit = new AuditUnderTest(folder, options);
    }

    private AuditOptions options() {
        return TestOptions.in(folder.resolve("audit"));
    }

    private AuditOptions options(AuditKeys keys) {
        return TestOptions.in(folder.resolve("audit"), keys);
    }

    @Test
    void aCheckpointComesWithEveryThousandLinesAfterAMinuteAndAtTheEnd() throws Exception {
        begin(options(ED25519));
        audit.write(2_100);
        audit.turns();
        assertThat(checkpoints()).containsExactly("1000 lines", "2000 lines");
        audit.clock.advance(Duration.ofSeconds(59));
        assertThat(audit.turn()).isFalse();
        audit.clock.advance(Duration.ofSeconds(1));
        assertThat(audit.turn()).as("without any new row").isTrue();
        audit.write(3);
        audit.turns();
        audit.export.stopping();
        audit.turns();
        assertThat(checkpoints()).containsExactly("1000 lines", "2000 lines", "2103 time", "2107 stop");
        assertThat(audit.turn()).as("one is enough").isFalse();
        assertThat(audit.verify().provenSeq()).isEqualTo(2_107);
    }

    @Test
    void keysChangeAndBothHalvesCheck() throws Exception {
        begin(options(HMAC));
        audit.write(1_000);
        audit.turns();
        List<SigningKey> both = new ArrayList<>(ED25519.all());
        both.addAll(HMAC.all());
        audit.options = options(new AuditKeys(both));
        audit.restart();
        audit.write(1_000);
        audit.turns();
        SigningKey open = KeyForm.AUDIT.parse(ED25519.all().get(0).publicHalf()).get(0);
        assertThat(open.id()).isEqualTo(ED25519.all().get(0).id());
        assertThat(open.signs()).isFalse();
        assertThat(verify(new AuditKeys(List.of(open))).describe())
                .contains("proven up to line 2000: signed with key " + open.id());
        assertThat(verify(new AuditKeys(both)).isWhole()).isTrue();
        assertThat(verify(HMAC).describe()).contains("the last 1002 lines have no checkpoint that is signed");
        assertThat(verify(new AuditKeys(KeyForm.AUDIT.parse(SigningKey.generate())))
                        .describe())
                .contains("FAULT", "no checkpoint is signed with a given key");
        assertThatThrownBy(() -> KeyForm.AUDIT.parse("hmac:c2hvcnQ=")).hasMessageNotContaining("c2hvcnQ");
    }

    @Test
    void aChainOfSomebodyElseIsNotGoodForWhoHasTheKey() throws Exception {
        begin(options()); // checkpoints, and no signatures
        audit.write(3);
        audit.turns();
        assertThat(verify(ED25519).describe())
                .startsWith("UNPROVEN  3 lines in 1 file, the chain is whole, but its last 3 lines are not proven")
                .contains("not proven: there is no checkpoint yet");
        assertThat(verify(AuditKeys.NONE).describe()).startsWith("OK").contains("not proven");
        audit.write(1_100);
        audit.turns();
        assertThat(verify(AuditKeys.NONE).isWhole()).isTrue();
        assertThat(verify(ED25519).describe()).contains("FAULT", "no checkpoint is signed with a given key");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The file system of the audit lets nobody set permissions",
            then = "The audit is written")
    @ParameterizedTest
    @EnumSource(NoPermissions.Refusal.class)
    void theAuditIsWrittenWhereNoPermissionsCanBeSet(NoPermissions.Refusal refusal) throws Exception {
        NoPermissions.in(folder.resolve("audit"), refusal, () -> {
            begin(TestOptions.maxSize(4 << 10, options()));
            for (int start = 0; start < 3; start++) {
                audit.write(20);
                audit.turns();
                assertThat(audit.health.failure()).isEmpty();
                audit.restart();
            }
            assertThat(audit.files()).hasSizeGreaterThan(3);
            assertThat(audit.verify().describe()).startsWith("OK  60 lines");
        });
    }

    @Test
    void aFullFileIsFollowedByAnotherThatCarriesTheHashOn() throws Exception {
        begin(TestOptions.maxSize(16 << 10, options()));
        audit.write(300);
        audit.turns();
        audit.clock.advance(Duration.ofDays(1));
        audit.write(3);
        audit.turns();
        List<String> names = audit.files().stream()
                .map(file -> file.getFileName().toString())
                .toList();
        assertThat(names.size()).isGreaterThan(4);
        assertThat(names.get(1)).isEqualTo(names.get(0).replace(".jsonl", "_0002.jsonl"));
        assertThat(names).isSorted();
        for (Path file : audit.files()) {
            assertThat(Files.size(file)).isLessThanOrEqualTo(16 << 10);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(audit.options.directory())))
                .isEqualTo("rwx------");
        String last = last(Files.readAllLines(audit.files().get(0)));
        assertThat(Files.readAllLines(audit.files().get(1)).get(0))
                .contains("\"prev\":\"" + last.substring(last.length() - 66, last.length() - 2));
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
    }

    @Test
    void anOldFileIsRemovedOnceItIsVerifiedAndToldAndTheRestVerifies() throws Exception {
        begin(TestOptions.retention(Duration.ofDays(2), options(ED25519)));
        AuditRetention retention = new AuditRetention(audit.store, audit.options, audit.health, audit.clock);
        for (int day = 0; day < 4; day++) {
            audit.write(10);
            audit.turns();
            audit.clock.advance(Duration.ofDays(1));
        }
        audit.turns();
        Path oldest = audit.files().get(0);
        audit.write(1);
        audit.turns();
        for (int i = 0; i < 8; i++) {
            retention.removeOld();
            audit.turns();
        }
        assertThat(oldest).doesNotExist();
        assertThat(audit.files()).as("younger ones are kept").hasSize(3);
        assertThat(audit.verify().describe()).startsWith("OK").contains("were removed by retention");
        List<String> lines = audit.lines();
        int told = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains("AUDIT_FILES_REMOVED"))
                .findFirst()
                .orElseThrow();
        assertThat(lines.get(told + 1)).contains("\"action\":\"CHECKPOINT\"", "\"why\":\"removal\"", "\"signature\":");
        assertThat(verify(ED25519).describe()).as("the signature is enough").contains("were removed by retention");

        Files.delete(audit.files().get(0));
        assertThat(audit.verify().describe()).contains("no line tells that retention removed them");
    }

    @Test
    void aRemovalThatNobodySignedExplainsNothing() throws Exception {
        begin(TestOptions.maxSize(16 << 10, options(ED25519)));
        audit.write(300);
        audit.turns();
        audit.export.stopping();
        audit.turns();
        List<Path> files = audit.files();
        AuditFile.Tail end = AuditFile.tail(files.get(1));
        AuditFolder.Known removed =
                new AuditFolder.Known(files.get(0).getFileName().toString(), 1, end.seq(), end.hash(), 0, 0, "");
        ForgedLines.append(
                audit.options.directory(),
                AuditEntry.ofNoJob(
                        audit.clock.instant(),
                        AuditAction.AUDIT_FILES_REMOVED,
                        AuditRetention.Removal.details(removed)));
        Files.delete(files.get(0));
        Files.delete(files.get(1));
        assertThat(verify(ED25519).describe())
                .startsWith("FAULT")
                .contains("the line that tells that retention removed them is neither signed nor known");
        assertThat(audit.verify().isWhole()).isFalse();
        assertThat(verify(AuditKeys.NONE).isWhole())
                .as("without key and store, nothing is proven anyway")
                .isTrue();
    }

    @Test
    void aFileThatDoesNotVerifyIsKeptHoweverOldItIs() throws Exception {
        begin(TestOptions.retention(Duration.ofDays(2), options(ED25519)));
        AuditRetention retention = new AuditRetention(audit.store, audit.options, audit.health, audit.clock);
        audit.write(10);
        audit.turns();
        Path oldest = audit.files().get(0);
        audit.clock.advance(Duration.ofDays(5));
        audit.write(10);
        audit.turns();
        byte[] bytes = Files.readAllBytes(oldest);
        bytes[100] ^= 1;
        Files.write(oldest, bytes);
        for (int i = 0; i < 4; i++) {
            retention.removeOld();
            audit.turns();
            audit.clock.advance(Duration.ofHours(2));
        }
        assertThat(oldest).exists();
    }

    @Test
    void filesOfNodesThatTookTurnsAreOneChain() throws Exception {
        begin(options().ownedBy("a"));
        Path there = folder.resolve("audit-of-b");
        AuditExport first = audit.export;
        AuditExport second = new AuditExport(
                audit.store,
                "b",
                TestOptions.in(there).ownedBy("b"),
                audit.journal,
                audit.health,
                new RepeatedFaults(),
                audit.clock);
        for (int turn = 0; turn < 4; turn++) {
            audit.write(700);
            audit.export = turn % 2 == 0 ? first : second;
            audit.turns();
            audit.clock.advance(Duration.ofSeconds(30));
        }
        assertThat(AuditVerification.verify(List.of(folder.resolve("audit"), there))
                        .describe())
                .startsWith("OK  2802 lines in 2 files");
        assertThat(AuditVerification.verify(List.of(there)).isWhole()).isFalse();
        assertThat(AuditVerification.verify(List.of(folder.resolve("audit")))
                        .fault()
                        .orElseThrow()
                        .reason())
                .contains("lines are missing");
    }

    @Test
    void aProofIsCheckedAloneAndEveryChangeOfItIsFound() throws Exception {
        begin(options(ED25519));
        audit.write(1_500);
        audit.turns();
        audit.export.stopping();
        audit.turns();
        AuditProof.Document proof = AuditProof.of("acme:bots/job-3", List.of(audit.options.directory()));
        assertThat(proof.lines()).isEqualTo(300);
        AuditKeys open = new AuditKeys(KeyForm.AUDIT.parse(ED25519.all().get(0).publicHalf()));
        AuditKeys other = new AuditKeys(KeyForm.AUDIT.parse(SigningKey.generate()));
        assertThat(AuditProof.check(proof.text(), other).fault())
                .hasValue("checkpoint 0 is not signed with a given key");
        AuditProof.Check check = AuditProof.check(proof.text(), open);
        assertThat(check.fault()).isEmpty();
        assertThat(check.lines()).isEqualTo(300);

        ObjectMapper json = new ObjectMapper();
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            JsonNode tampered = json.readTree(proof.text());
            ObjectNode line = (ObjectNode) tampered.get("lines").get(random.nextInt(300));
            switch (round % 4) {
                case 0 -> line.put("line", flipped(line.get("line").asText(), random));
                case 1 -> line.put("index", line.get("index").asInt() ^ 1 << random.nextInt(9));
                case 2 -> {
                    var path = (com.fasterxml.jackson.databind.node.ArrayNode) line.get("path");
                    path.remove(random.nextInt(path.size()));
                }
                default -> {
                    var points = (com.fasterxml.jackson.databind.node.ArrayNode) tampered.get("checkpoints");
                    int which = random.nextInt(points.size());
                    points.set(
                            which,
                            json.getNodeFactory()
                                    .textNode(flipped(points.get(which).asText(), random)));
                }
            }
            assertThat(AuditProof.check(json.writeValueAsString(tampered), open).fault())
                    .as("round %d", round)
                    .isPresent();
        }
    }

    @Test
    void aTreeOfAnySizeProvesEachOfItsLeaves() {
        begin(options());
        List<byte[]> leaves = new ArrayList<>();
        Random random = new Random(7);
        for (int size = 1; size <= 70; size++) {
            byte[] leaf = new byte[32];
            random.nextBytes(leaf);
            leaves.add(leaf);
            byte[] root = MerkleTree.rootOf(leaves);
            for (int i = 0; i < size; i++) {
                assertThat(MerkleTree.climb(leaves.get(i), i, size, MerkleTree.path(leaves, i)))
                        .isEqualTo(root);
            }
        }
    }

    @Test
    void rowsThatAnEarlierVersionPlacedAsEcsKeepThatForm() throws Exception {
        begin(options());
        audit.write(3);
        audit.store.transaction(handle -> {
            ChainStore.place(handle, ChainState.Pending.parse("ECS 1-3"));
            return null;
        });
        audit.turns();
        audit.write(3);
        audit.turns();
        assertThat(audit.verify().describe()).startsWith("OK  6 lines");
        JsonNode placed = new ObjectMapper().readTree(audit.lines().get(2));
        assertThat(placed.get("event.action").asText()).isEqualTo("STATE_CHANGED");
        assertThat(placed.get("event.sequence").asLong()).isEqualTo(3);
        assertThat(placed.get("trainwatch.details").get("row").asInt()).isEqualTo(2);
        assertThat(audit.lines().subList(3, 6)).allMatch(line -> line.startsWith("{\"timestamp\":"));
    }

    private AuditVerification.Result verify(AuditKeys keys) throws Exception {
        return AuditVerification.verify(
                AuditVerification.Request.of(List.of(audit.options.directory())).with(keys));
    }

    /** Where checkpoints stand, and why. */
    private List<String> checkpoints() throws Exception {
        return audit.lines().stream()
                .filter(line -> line.contains("\"action\":\"CHECKPOINT\""))
                .map(line -> line.replaceAll(".*\"seq\":(\\d+),.*\"why\":\"(\\w+)\".*", "$1 $2"))
                .toList();
    }

    private static String flipped(String text, Random random) {
        char[] letters = text.toCharArray();
        letters[random.nextInt(letters.length)] ^= 1;
        return new String(letters);
    }

    private static String last(List<String> lines) {
        return lines.get(lines.size() - 1);
    }
}
