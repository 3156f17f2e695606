package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random hands in the audit files, found with the public key and with what the store knows.
 *
 * <p>{@code -Dtrainwatch.tamper.rounds=10000} tries more of them.
 */
class AuditTamperTest {

    private static final int ROUNDS = Integer.getInteger("trainwatch.tamper.rounds", 500);
    private static final long SEED = Long.getLong("trainwatch.tamper.seed", 1);
    private static final int LINES = 2_600;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);

    /** What somebody may do to the files. */
    private enum Hand {
        EDIT,
        DELETE,
        REORDER,
        DOUBLE,
        CUT,
        ROLL_BACK,
        REMOVE_FILE,
        CHAIN_ANEW,
        CHAIN_ANEW_WITHOUT_CHECKPOINTS
    }

    @ParameterizedTest
    @EnumSource(AuditForm.class)
    void everyTamperingIsFound(AuditForm form) throws Exception {
        String key = AuditKey.generate();
        AuditOptions options = AuditOptions.in(folder.resolve("audit"))
                .with(form)
                .with(new AuditKeys(AuditKey.parse(key)))
                .withMaxSize(200_000);
        try (AuditUnderTest audit = new AuditUnderTest(folder, options)) {
            Map<Path, byte[]> earlier = new LinkedHashMap<>();
            for (int i = 0; i < 20; i++) {
                audit.write(LINES / 20);
                audit.clock.advance(Duration.ofSeconds(10));
                audit.turns();
                if (i == 12) {
                    earlier.putAll(read(audit.files()));
                }
            }
            assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
            String open = AuditKey.parse(key).get(0).publicHalf();
            AuditVerification.Request request = AuditVerification.Request.of(List.of(options.directory()))
                    .with(new AuditKeys(AuditKey.parse(open)))
                    .with(Optional.of(() -> KnownLines.of(audit.store)));
            Map<Path, byte[]> files = read(audit.files());
            Map<Hand, Integer> tried = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS / 2; round++) {
                Hand hand = Hand.values()[round % Hand.values().length];
                tamper(hand, files, earlier, form);
                AuditVerification.Result result = AuditVerification.verify(request);
                assertThat(result.isWhole())
                        .as("%s, seed %d, round %d", hand, SEED, round)
                        .isFalse();
                tried.merge(hand, 1, Integer::sum);
                restore(files);
            }
            assertThat(AuditVerification.verify(request).isWhole()).isTrue();
            System.out.println(form + ": tamperings tried, and all found: " + tried);
        }
    }

    @Test
    void withoutTheStoreOnlyWhatTheLastCheckpointSpeaksForIsProven() throws Exception {
        AuditKeys keys = new AuditKeys(AuditKey.parse(AuditKey.generate()));
        AuditOptions options = AuditOptions.in(folder.resolve("audit")).with(keys);
        try (AuditUnderTest audit = new AuditUnderTest(folder, options)) {
            audit.write(1_200);
            audit.turns();
            AuditVerification.Request alone =
                    AuditVerification.Request.of(List.of(options.directory())).with(keys);
            assertThat(AuditVerification.verify(alone).describe())
                    .startsWith("UNPROVEN")
                    .contains("proven up to line 1000", "the last 201 lines have no signed checkpoint");
            assertThat(AuditVerification.verify(alone).unproven()).isEqualTo(201);
            assertThat(audit.verify().unproven())
                    .as("the store knows them")
                    .isZero();
            cut(audit.files().get(0), 1_100);
            assertThat(AuditVerification.verify(alone).isWhole())
                    .as("nothing in the files tells that there were more")
                    .isTrue();
            assertThat(AuditVerification.verify(alone).describe()).contains("not proven: that nothing was cut off");
            assertThat(audit.verify().fault().orElseThrow().reason()).contains("ends with line 1100", "line 1201");
        }
    }

    private void tamper(Hand hand, Map<Path, byte[]> files, Map<Path, byte[]> earlier, AuditForm form)
            throws IOException {
        List<Path> paths = List.copyOf(files.keySet());
        int which = random.nextInt(paths.size());
        Path file = paths.get(which);
        List<String> lines = new ArrayList<>(lines(files.get(file)));
        int line = random.nextInt(lines.size());
        switch (hand) {
            case EDIT -> {
                byte[] bytes = files.get(file).clone();
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                return;
            }
            case DELETE -> lines.remove(line);
            case REORDER -> Collections.swap(lines, line, (line + 1 + random.nextInt(lines.size() - 1)) % lines.size());
            case DOUBLE -> lines.add(random.nextInt(lines.size()), lines.get(line));
            case CUT -> {
                removeFrom(paths, which + 1);
                cut(file, line);
                return;
            }
            case ROLL_BACK -> {
                removeFrom(paths, 0);
                restore(earlier);
                return;
            }
            case REMOVE_FILE -> {
                Files.delete(file);
                return;
            }
            case CHAIN_ANEW, CHAIN_ANEW_WITHOUT_CHECKPOINTS -> {
                chainAnew(files, which, line, form, hand == Hand.CHAIN_ANEW_WITHOUT_CHECKPOINTS);
                return;
            }
            default -> throw new IllegalStateException();
        }
        write(file, lines);
    }

    /** Changes a line and computes the chain from there on, as somebody can who has the files and not the key. */
    private void chainAnew(Map<Path, byte[]> files, int which, int line, AuditForm form, boolean dropCheckpoints)
            throws IOException {
        List<Path> paths = List.copyOf(files.keySet());
        AuditChain chain = null;
        for (int i = which; i < paths.size(); i++) {
            List<String> anew = new ArrayList<>();
            List<String> lines = lines(files.get(paths.get(i)));
            for (int j = 0; j < lines.size(); j++) {
                String old = lines.get(j);
                LineScan scan = new LineScan();
                byte[] bytes = old.getBytes(StandardCharsets.UTF_8);
                assertThat(scan.read(bytes, 0, bytes.length)).isNull();
                if (i == which && j < line) {
                    anew.add(old);
                    continue;
                }
                chain = chain == null ? new AuditChain(scan.seq() - 1, LineScan.hex(scan.prev())) : chain;
                boolean first = i == which && j == line;
                if (dropCheckpoints && scan.isCheckpoint() && !first) {
                    continue;
                }
                AuditEntry entry = new AuditEntry(
                        java.time.Instant.parse(scan.timestamp(bytes)),
                        first ? "somebody-else" : scan.tenant(),
                        scan.project(),
                        scan.job(),
                        AuditAction.valueOf(scan.action()),
                        scan.details());
                AuditLine forged = chain.next(entry, form);
                chain = AuditChain.after(forged);
                anew.add(new String(forged.bytes(), StandardCharsets.UTF_8));
            }
            write(paths.get(i), anew);
        }
    }

    private static void removeFrom(List<Path> paths, int first) throws IOException {
        for (Path path : paths.subList(first, paths.size())) {
            Files.delete(path);
        }
    }

    private static void cut(Path file, int lines) throws IOException {
        write(file, Files.readAllLines(file).subList(0, lines));
    }

    private static void write(Path file, List<String> lines) throws IOException {
        Files.writeString(file, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    private static List<String> lines(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private static Map<Path, byte[]> read(List<Path> paths) throws IOException {
        Map<Path, byte[]> files = new LinkedHashMap<>();
        for (Path path : paths) {
            files.put(path, Files.readAllBytes(path));
        }
        return files;
    }

    private static void restore(Map<Path, byte[]> files) throws IOException {
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }
}
