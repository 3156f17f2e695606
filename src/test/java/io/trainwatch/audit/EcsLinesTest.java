package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.signing.KeyForm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines in the form ECS, behind plain ones, as version 0.1.0 wrote them. */
class EcsLinesTest {

    private static final Path WRITTEN = Path.of("src/test/resources/io/trainwatch/audit/audit-ecs-0.1.0.jsonl");
    private static final String JOB = "intents-fr";
    private static final AuditKeys KEY =
            new AuditKeys(KeyForm.AUDIT.parse("ed25519-public:QdvIGd4pTSSI7+K1d15gwRTYhCAgsRFfDZL4O6ykRDk="));

    @TempDir
    Path folder;

    @Test
    void areVerified() throws Exception {
        AuditVerification.Result result = verify(WRITTEN);
        assertThat(result.isWhole()).as(result.describe()).isTrue();
        assertThat(result.describe()).contains("OK  15 lines", "proven up to line 15");
    }

    @Test
    void aChangeInOneIsFound() throws Exception {
        String lines = Files.readString(WRITTEN);
        Path changed = Files.writeString(
                folder.resolve("audit-2026-11-28.jsonl"),
                lines.replace("\"event.action\":\"AUTO_CANCEL_TRIGGERED\"", "\"event.action\":\"CANCEL_ORDERED\""));
        assertThat(verify(changed).describe()).contains("the line was changed");
    }

    @Test
    void areExplainedFrom() throws Exception {
        List<AuditReading.Line> read = new ArrayList<>();
        AuditReading.ofJob(List.of(WRITTEN), JOB, read::add);
        assertThat(read).extracting(AuditReading.Line::seq).first().isEqualTo(5L);
        assertThat(read)
                .extracting(AuditReading.Line::action)
                .contains("MONITOR_START", "AUTO_CANCEL_TRIGGERED", "CANCEL_RESULT", "MONITOR_COMPLETE");
        assertThat(read).allSatisfy(line -> {
            assertThat(line.at()).startsWith("2026-11-28T17:3");
            assertThat(line.tenant() + ":" + line.projectId()).isEqualTo("demo:web-shop");
            assertThat(line.details().isObject()).isTrue();
        });
    }

    @Test
    void areProven() throws Exception {
        AuditProof.Document proof = AuditProof.of("demo:web-shop/" + JOB, List.of(WRITTEN));
        assertThat(proof.lines()).isPositive();
        assertThat(proof.open()).isZero();
        AuditProof.Check check = AuditProof.check(proof.text(), KEY);
        assertThat(check.fault()).isEmpty();
        assertThat(check.lines()).isEqualTo(proof.lines());
    }

    private static AuditVerification.Result verify(Path file) throws Exception {
        return AuditVerification.verify(
                AuditVerification.Request.of(List.of(file)).with(KEY));
    }
}
