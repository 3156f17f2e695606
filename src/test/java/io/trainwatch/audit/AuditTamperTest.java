package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.AuditVerification.Fault;
import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random hands in the audit files of somebody who has the disk and not the key: found with the public key and with what the
 * store knows, and neither signed nor repeated by a service that is started on them.
 *
 * <p>{@code -Dtrainwatch.tamper.rounds=2000} tries more of them.
 */
class AuditTamperTest {

    private static final int ROUNDS = Integer.getInteger("trainwatch.tamper.rounds", 300);
    private static final long SEED = Long.getLong("trainwatch.tamper.seed", 1);
    private static final int LINES = 2_600;
    private static final String FORGED = "somebody-else";

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    /** The files as they were written, and as they were some time before. */
    private Map<Path, byte[]> files;

    private Map<Path, byte[]> earlier;
    /** The first line that somebody added, where that is certain. */
    private Optional<Fault> added = Optional.empty();

    /** What somebody may do to the files. */
    private enum Hand {
        EDIT,
        DELETE,
        REORDER,
        DOUBLE,
        CUT,
        CUT_IN_LINE,
        ROLL_BACK,
        REMOVE_FILE,
        REMOVE_ALL_FILES,
        EMPTY_FILE,
        FOLDER_FOR_FILE,
        SWAP_FILES,
        COPY_FILE,
        CHAIN_ANEW,
        CHAIN_ANEW_WITHOUT_CHECKPOINTS,
        INSERT,
        INSERT_IN_CHAIN,
        APPEND,
        APPEND_OTHERS_CHECKPOINT,
        APPEND_UNSIGNED_CHECKPOINT,
        APPEND_TO_OLDER_FILE,
        APPEND_HALF_A_LINE,
        APPEND_BYTES,
        ADD_FILE,
        ADD_FILE_THAT_TELLS_A_FAULT,
        REMOVAL_APPENDED,
        REMOVAL_IN_CHAIN;

        /** Whether a start must see it; what happened within files is for the verification. */
        boolean isSeenByAStart() {
            return switch (this) {
                case EDIT, DELETE, REORDER, DOUBLE, SWAP_FILES, COPY_FILE, INSERT, CHAIN_ANEW -> false;
                case CHAIN_ANEW_WITHOUT_CHECKPOINTS, INSERT_IN_CHAIN, REMOVAL_IN_CHAIN -> false;
                default -> true;
            };
        }
    }

    @Test
    void everyTamperingIsFoundAndNoForgedLineIsSignedOrRepeated() throws Exception {
        String key = SigningKey.generate();
        AuditOptions options = TestOptions.maxSize(
                200_000, TestOptions.in(folder.resolve("audit"), new AuditKeys(KeyForm.AUDIT.parse(key))));
        try (AuditUnderTest audit = new AuditUnderTest(folder, options)) {
            earlier = new LinkedHashMap<>();
            for (int i = 0; i < 20; i++) {
                audit.write(LINES / 20);
                audit.clock.advance(Duration.ofSeconds(10));
                audit.turns();
                if (i == 12) {
                    earlier.putAll(read(audit.files()));
                }
            }
            audit.export.end();
            assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
            String open = KeyForm.AUDIT.parse(key).get(0).publicHalf();
            AuditVerification.Request request = AuditVerification.Request.of(List.of(options.directory()))
                    .with(new AuditKeys(KeyForm.AUDIT.parse(open)))
                    .with(Optional.of(() -> KnownLines.of(audit.store)));
            files = read(audit.files());
            StoredAudit stored = StoredAudit.of(audit.store);
            Map<Hand, Integer> tried = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                Hand hand = Hand.values()[round % Hand.values().length];
                String what = hand + ", seed " + SEED + ", round " + round;
                tamper(hand);
                assertFound(request, what);
                Map<Path, byte[]> tampered = read(AuditFile.in(options.directory()));
                start(audit);
                assertFound(request, what + ", after a start");
                assertNothingForgedIsSigned(request, tampered, hand, what);
                tried.merge(hand, 1, Integer::sum);
                restore(files);
                stored.restore(audit.store);
            }
            assertThat(AuditVerification.verify(request).isWhole()).isTrue();
            System.out.println("Tamperings tried, and all found: " + tried);
        }
    }

    private void assertFound(AuditVerification.Request request, String what) throws IOException {
        AuditVerification.Result result = AuditVerification.verify(request);
        assertThat(result.isWhole()).as(what).isFalse();
        Fault fault = result.fault().orElseThrow();
        added.ifPresent(line ->
                assertThat(new Fault(fault.file(), fault.line(), "")).as(what).isEqualTo(line));
        boolean isAboutTheFile = Files.isDirectory(fault.file());
        assertThat(fault.line() > 0 || isAboutTheFile)
                .as(what + ": " + result.describe())
                .isTrue();
    }

    /** A service that starts, writes something, and stops with a checkpoint. */
    private static void start(AuditUnderTest audit) throws IOException {
        audit.restart();
        audit.write(3);
        audit.turns();
        audit.export.stopping();
        audit.turns();
        audit.export.end();
        assertThat(audit.health.failure()).isEmpty();
        assertThat(audit.journal.unexported()).isZero();
    }

    /** What is new follows the last line that the store knew, and what was there is as it was. */
    private void assertNothingForgedIsSigned(
            AuditVerification.Request request, Map<Path, byte[]> tampered, Hand hand, String what) throws IOException {
        StringBuilder news = new StringBuilder();
        for (Path file : AuditFile.in(folder.resolve("audit"))) {
            byte[] now = Files.isDirectory(file) ? new byte[0] : Files.readAllBytes(file);
            byte[] before = tampered.getOrDefault(file, new byte[0]);
            assertThat(now.length).as(what).isGreaterThanOrEqualTo(before.length);
            assertThat(Arrays.mismatch(now, before)).as(what).isIn(-1, before.length);
            news.append(new String(now, before.length, now.length - before.length, StandardCharsets.UTF_8));
        }
        assertThat(news).as(what).doesNotContain(FORGED);
        List<String> lines =
                news.toString().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(lines.get(lines.size() - 1)).as(what).contains("\"signature\":");
        if (hand.isSeenByAStart()) {
            assertThat(lines.get(0)).as(what).contains("AUDIT_FAULT", "\"last_known\":");
        }
        Path genuine = Files.createDirectories(folder.resolve("genuine"));
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            Files.write(genuine.resolve(file.getKey().getFileName()), file.getValue());
        }
        Files.writeString(genuine.resolve("audit-2099-01-01.jsonl"), news);
        AuditVerification.Result result = AuditVerification.verify(new AuditVerification.Request(
                List.of(genuine), request.keys(), request.known(), request.store(), false));
        assertThat(result.isWhole()).as(what + ": " + result.describe()).isTrue();
    }

    @Test
    void withoutTheStoreOnlyWhatTheLastCheckpointSpeaksForIsProven() throws Exception {
        AuditKeys keys = new AuditKeys(KeyForm.AUDIT.parse(SigningKey.generate()));
        AuditOptions options = TestOptions.in(folder.resolve("audit"), keys);
        try (AuditUnderTest audit = new AuditUnderTest(folder, options)) {
            audit.write(1_200);
            audit.turns();
            AuditVerification.Request alone =
                    AuditVerification.Request.of(List.of(options.directory())).with(keys);
            assertThat(AuditVerification.verify(alone).describe())
                    .startsWith("UNPROVEN")
                    .contains("proven up to line 1000", "the last 201 lines have no signed checkpoint");
            assertThat(AuditVerification.verify(alone).unproven()).isEqualTo(201);
            assertThat(audit.verify().unproven()).as("the store knows them").isZero();
            cut(audit.files().get(0), 1_100);
            assertThat(AuditVerification.verify(alone).isWhole())
                    .as("nothing in the files tells that there were more")
                    .isTrue();
            assertThat(AuditVerification.verify(alone).describe()).contains("not proven: that nothing was cut off");
            assertThat(audit.verify().fault().orElseThrow().reason()).contains("ends with line 1100", "line 1201");
        }
    }

    private void tamper(Hand hand) throws IOException {
        List<Path> paths = List.copyOf(files.keySet());
        int which = random.nextInt(paths.size());
        Path file = paths.get(which);
        Path last = paths.get(paths.size() - 1);
        Path older = paths.get(random.nextInt(paths.size() - 1));
        List<String> lines = new ArrayList<>(lines(files.get(file)));
        int line = random.nextInt(lines.size());
        Path extended = hand == Hand.APPEND_TO_OLDER_FILE ? older : last;
        added = hand.name().startsWith("APPEND")
                ? Optional.of(new Fault(extended, lines(files.get(extended)).size() + 1, ""))
                : Optional.empty();
        switch (hand) {
            case EDIT -> {
                byte[] bytes = files.get(file).clone();
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            }
            case DELETE -> write(file, without(lines, line));
            case REORDER -> {
                Collections.swap(lines, line, (line + 1 + random.nextInt(lines.size() - 1)) % lines.size());
                write(file, lines);
            }
            case DOUBLE -> write(file, with(lines, random.nextInt(lines.size()), lines.get(line)));
            case CUT -> {
                removeFrom(paths, which + 1);
                cut(file, line);
            }
            case CUT_IN_LINE -> {
                byte[] bytes = files.get(last);
                Files.write(last, Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(bytes.length - 1)));
            }
            case ROLL_BACK -> {
                removeFrom(paths, 0);
                restore(earlier);
            }
            case REMOVE_FILE -> Files.delete(file);
            case REMOVE_ALL_FILES -> removeFrom(paths.subList(0, paths.size() - 1), 0);
            case EMPTY_FILE -> Files.write(file, new byte[0]);
            case FOLDER_FOR_FILE -> {
                Files.delete(file);
                Files.createDirectory(file);
            }
            case SWAP_FILES -> {
                Files.write(last, files.get(older));
                Files.write(older, files.get(last));
            }
            case COPY_FILE -> Files.write(newerThan(older, "_0999"), files.get(older));
            case CHAIN_ANEW -> chainAnew(which, line, scan -> false, List.of());
            case CHAIN_ANEW_WITHOUT_CHECKPOINTS -> chainAnew(which, line, ParsedLine::isCheckpoint, List.of());
            case INSERT ->
                write(
                        file,
                        with(
                                lines,
                                line,
                                forged(endOf(last), AuditAction.STATE_CHANGED, "{}")
                                        .get(0)));
            case INSERT_IN_CHAIN ->
                chainAnew(which, line, scan -> false, List.of(entry(AuditAction.AUTO_CANCEL_TRIGGERED, "{}")));
            case APPEND ->
                append(last, forged(endOf(last), AuditAction.AUTO_CANCEL_TRIGGERED, "{\"rule\":\"max-cpu\"}"));
            case APPEND_OTHERS_CHECKPOINT ->
                appendCheckpoint(
                        last,
                        Optional.of(KeyForm.AUDIT.parse(SigningKey.generate()).get(0)));
            case APPEND_UNSIGNED_CHECKPOINT -> appendCheckpoint(last, Optional.empty());
            case APPEND_TO_OLDER_FILE -> append(older, forged(endOf(older), AuditAction.STATE_CHANGED, "{}"));
            case APPEND_HALF_A_LINE -> {
                String whole =
                        forged(endOf(last), AuditAction.STATE_CHANGED, "{}").get(0);
                Files.writeString(
                        last, whole.substring(0, 1 + random.nextInt(whole.length() - 1)), StandardOpenOption.APPEND);
            }
            case APPEND_BYTES -> {
                byte[] bytes = new byte[1 + random.nextInt(2_000)];
                random.nextBytes(bytes);
                Files.write(last, bytes, StandardOpenOption.APPEND);
            }
            case ADD_FILE -> write(newerThan(last, "_0999"), forged(endOf(last), AuditAction.STATE_CHANGED, "{}"));
            case ADD_FILE_THAT_TELLS_A_FAULT ->
                write(newerThan(last, "_0999"), forged(endOf(older), AuditAction.AUDIT_FAULT, "{}"));
            case REMOVAL_APPENDED -> {
                append(last, forged(endOf(last), AuditAction.AUDIT_FILES_REMOVED, removalOf(older)));
                removeFrom(paths.subList(0, paths.indexOf(older) + 1), 0);
            }
            case REMOVAL_IN_CHAIN -> {
                chainAnew(
                        paths.size() - 1,
                        0,
                        ParsedLine::isCheckpoint,
                        List.of(entry(AuditAction.AUDIT_FILES_REMOVED, removalOf(older))));
                removeFrom(paths.subList(0, paths.indexOf(older) + 1), 0);
            }
            default -> throw new IllegalStateException();
        }
    }

    private static Path newerThan(Path file, String number) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("(_\\d+)?\\.jsonl", number + ".jsonl"));
    }

    /** Some lines that follow, with a correct chain, and none of them Trainwatch's. */
    private List<String> forged(ChainState.End end, AuditAction action, String details) {
        List<String> lines = new ArrayList<>();
        ChainState.End chain = end;
        for (int i = 0; i <= random.nextInt(4); i++) {
            AuditLine line = chain.next(
                    entry(i == 0 ? action : AuditAction.STATE_CHANGED, i == 0 ? details : "{}"), AuditLine.Form.PLAIN);
            chain = ChainState.End.after(line);
            lines.add(new String(line.bytes(), StandardCharsets.UTF_8));
        }
        return lines;
    }

    private static AuditEntry entry(AuditAction action, String details) {
        return new AuditEntry(
                java.time.Instant.parse("2026-03-01T12:00:00Z"), FORGED, "bots", "job-1", action, details);
    }

    private void appendCheckpoint(Path file, Optional<SigningKey> key) throws IOException {
        List<String> lines = forged(endOf(file), AuditAction.STATE_CHANGED, "{}");
        MerkleTree tree = new MerkleTree();
        ChainState.End chain = endOf(file);
        for (String line : lines) {
            ParsedLine scan = scan(line);
            tree.add(scan.digest());
            chain = new ChainState.End(scan.seq(), scan.hash());
        }
        AuditEntry checkpoint = Checkpoint.entry(
                java.time.Instant.parse("2026-03-01T13:00:00Z"), chain, tree, Checkpoint.Why.TIME, key);
        lines.add(new String(chain.next(checkpoint, AuditLine.Form.PLAIN).bytes(), StandardCharsets.UTF_8));
        append(file, lines);
    }

    private String removalOf(Path file) {
        List<String> lines = lines(files.get(file));
        ChainState.End end = endOf(file);
        return AuditRetention.Removal.details(new AuditFolder.Known(
                file.getFileName().toString(), scan(lines.get(0)).seq(), end.seq(), end.hash(), 0, 0, ""));
    }

    private ChainState.End endOf(Path file) {
        List<String> lines = lines(files.get(file));
        ParsedLine scan = scan(lines.get(lines.size() - 1));
        return new ChainState.End(scan.seq(), scan.hash());
    }

    private static ParsedLine scan(String line) {
        ParsedLine scan = ParsedLine.of(line);
        assertThat(scan.wrong()).isNull();
        return scan;
    }

    /**
     * Changes a line, or puts others before it, and computes the chain from there on, as somebody can who has the files and
     * not the key.
     */
    private void chainAnew(int which, int line, Predicate<ParsedLine> dropped, List<AuditEntry> inserted)
            throws IOException {
        List<Path> paths = List.copyOf(files.keySet());
        ChainState.End chain = null;
        for (int i = which; i < paths.size(); i++) {
            List<String> anew = new ArrayList<>();
            List<String> lines = lines(files.get(paths.get(i)));
            for (int j = 0; j < lines.size(); j++) {
                String old = lines.get(j);
                if (i == which && j < line) {
                    anew.add(old);
                    continue;
                }
                ParsedLine scan = scan(old);
                chain = chain == null ? new ChainState.End(scan.seq() - 1, scan.prev()) : chain;
                boolean first = i == which && j == line;
                List<AuditEntry> entries = new ArrayList<>(first ? inserted : List.of());
                if (first || !dropped.test(scan)) {
                    entries.add(new AuditEntry(
                            java.time.Instant.parse(scan.timestamp()),
                            first ? FORGED : scan.tenant(),
                            scan.project(),
                            scan.job(),
                            AuditAction.valueOf(scan.action()),
                            scan.details().toString()));
                }
                for (AuditEntry entry : entries) {
                    AuditLine forged = chain.next(entry, AuditLine.Form.PLAIN);
                    chain = ChainState.End.after(forged);
                    anew.add(new String(forged.bytes(), StandardCharsets.UTF_8));
                }
            }
            write(paths.get(i), anew);
        }
    }

    private static List<String> without(List<String> lines, int line) {
        lines.remove(line);
        return lines;
    }

    private static List<String> with(List<String> lines, int place, String line) {
        lines.add(place, line);
        return lines;
    }

    private static void append(Path file, List<String> lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n", StandardOpenOption.APPEND);
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
            files.put(path, Files.isDirectory(path) ? new byte[0] : Files.readAllBytes(path));
        }
        return files;
    }

    /** Nothing but these files is in the folder then. */
    private void restore(Map<Path, byte[]> wanted) throws IOException {
        for (Path file : AuditFile.in(folder.resolve("audit"))) {
            Files.delete(file);
        }
        for (Map.Entry<Path, byte[]> file : wanted.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }
}
