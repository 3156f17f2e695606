package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerificationTest {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aWholeChainIsWholeAcrossFiles() throws Exception {
        List<AuditLine> lines = lines(300);
        write("audit-2026-01-01.jsonl", lines.subList(0, 120));
        write("audit-2026-01-02.jsonl", lines.subList(120, 300));
        AuditVerification.Result result = AuditVerification.verify(List.of(folder));
        assertThat(result.isWhole()).as(result.describe()).isTrue();
        assertThat(result.lines()).isEqualTo(300);
        assertThat(result.files()).isEqualTo(2);
    }

    @Test
    void anyoneCanCheckALineByHand() throws Exception {
        String line = new String(lines(3).get(2).bytes(), StandardCharsets.UTF_8);
        JsonNode read = new ObjectMapper().readTree(line);
        List<String> members = new ArrayList<>();
        read.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactly(
                        "timestamp", "seq", "tenant", "project_id", "job_id", "action", "details", "prev", "hash");
        String hashed = line.replaceFirst(",\"hash\":\"[0-9a-f]{64}\"}$", "}");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8));
        assertThat(read.get("hash").asText()).isEqualTo(HexFormat.of().formatHex(digest));
        assertThat(read.get("details").get("text").asText()).isEqualTo("quote \" and é 2");
    }

    @Test
    void everyChangedByteIsFound() throws Exception {
        byte[] whole = bytes(lines(20));
        Path file = folder.resolve("audit-2026-01-01.jsonl");
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            Files.write(file, changed);
            assertThat(AuditVerification.verify(List.of(file)).isWhole())
                    .as("byte %d changed", i)
                    .isFalse();
        }
    }

    @Test
    void lostDoubledAndMovedLinesAreFound() throws Exception {
        Random random = new Random(3);
        List<AuditLine> lines = lines(50);
        for (int round = 0; round < 300; round++) {
            List<AuditLine> tampered = new ArrayList<>(lines);
            int i = 1 + random.nextInt(47);
            switch (round % 4) {
                case 0 -> tampered.remove(i);
                case 1 -> tampered.add(i, tampered.get(i));
                case 2 -> Collections.swap(tampered, i, i + 1);
                default -> tampered.remove(0);
            }
            write("audit-2026-01-01.jsonl", tampered);
            assertThat(AuditVerification.verify(List.of(folder)).isWhole())
                    .as("round %d", round)
                    .isFalse();
        }
    }

    @Test
    void theFirstBadLineIsNamed() throws Exception {
        List<AuditLine> lines = new ArrayList<>(lines(10));
        lines.remove(6);
        Path file = write("audit-2026-01-01.jsonl", lines);
        AuditVerification.Result result = AuditVerification.verify(List.of(file));
        assertThat(result.fault().orElseThrow().line()).isEqualTo(7);
        assertThat(result.describe()).contains("audit-2026-01-01.jsonl line 7", "missing", "6 lines");
    }

    @Test
    void aTornLastLineIsNamedAsSuch() throws Exception {
        Path file = write("audit-2026-01-01.jsonl", lines(5));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 10));
        assertThat(AuditVerification.verify(List.of(file)).describe()).contains("line 5", "torn");
    }

    @Test
    void aFolderWithoutAnAuditIsAFault() throws Exception {
        assertThat(AuditVerification.verify(List.of(folder)).describe()).contains("no audit file");
    }

    @Test
    void theTailOfAnEmptyFileIsTheStartOfTheChain() throws Exception {
        Path file = Files.createFile(folder.resolve("audit-2026-01-01.jsonl"));
        assertThat(AuditFile.tail(file)).isEqualTo(new AuditFile.Tail(0, AuditLine.FIRST_PREV, 0));
    }

    private Path write(String name, List<AuditLine> lines) throws IOException {
        return Files.write(folder.resolve(name), bytes(lines));
    }

    private static byte[] bytes(List<AuditLine> lines) {
        return AuditExport.Group.of(lines, Path.of("unused")).bytes();
    }

    private static List<AuditLine> lines(int count) {
        List<AuditLine> lines = new ArrayList<>();
        ChainState.End chain = ChainState.End.START;
        for (int i = 0; i < count; i++) {
            AuditEntry entry = new AuditEntry(
                    AT.plusMillis(i),
                    "acme",
                    "p1",
                    "job-" + i % 7,
                    AuditAction.STATUS_CHECK,
                    "{\"text\":\"quote \\\" and é " + i + "\"}");
            AuditLine line = chain.next(entry, AuditLine.Form.PLAIN);
            lines.add(line);
            chain = ChainState.End.after(line);
        }
        return lines;
    }
}
