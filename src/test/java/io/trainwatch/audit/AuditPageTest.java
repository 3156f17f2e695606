package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python of docs/audit.md does what the page says. */
class AuditPageTest {

    private static final Pattern PYTHON = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    private String key;
    private Path audit;
    private final List<String> scripts = new ArrayList<>();

    @BeforeEach
    void writeAudit() throws IOException {
        Matcher python = PYTHON.matcher(Files.readString(Path.of("docs", "audit.md")));
        while (python.find()) {
            scripts.add(python.group(1));
        }
        key = SigningKey.generate();
        AuditOptions options = TestOptions.in(folder.resolve("audit"), new AuditKeys(KeyForm.AUDIT.parse(key)));
        try (AuditUnderTest written = new AuditUnderTest(folder, options)) {
            written.write(1_300);
            written.export.stopping();
            written.turns();
            audit = written.files().get(0);
        }
    }

    @Test
    void theScriptsAcceptWhatIsWhole() throws Exception {
        assertThat(python(0, audit.toString())).isEmpty();
        assertThat(python(1, proof().toString(), open()))
                .isEqualTo("260 lines of job-2 are proven; 0 have no checkpoint yet\n");
    }

    @Test
    void theScriptsRefuseWhatWasChanged() throws Exception {
        Path proof = proof();
        String text = Files.readString(proof);
        Files.writeString(proof, text.replaceFirst("row\\\\\":7,", "row\\\\\":8,"));
        assertThat(Files.readString(proof)).isNotEqualTo(text);
        assertThat(python(1, proof.toString(), open())).contains("AssertionError");
        Files.writeString(proof, text);
        String other = KeyForm.AUDIT.parse(SigningKey.generate()).get(0).publicHalf();
        assertThat(python(1, proof.toString(), other)).contains("AssertionError: signature");
        Files.writeString(audit, Files.readString(audit).replaceFirst("job-3", "job-4"));
        assertThat(python(0, audit.toString())).contains("AssertionError");
    }

    private Path proof() throws IOException {
        return Files.writeString(
                folder.resolve("proof.json"),
                AuditProof.of("job-2", List.of(audit.getParent())).text());
    }

    private String open() {
        return KeyForm.AUDIT.parse(key).get(0).publicHalf();
    }

    private String python(int script, String... arguments) throws Exception {
        Path file = Files.writeString(folder.resolve("script.py"), scripts.get(script));
        List<String> command = new ArrayList<>(List.of("python3", file.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            assumeTrue(false, "needs python3: " + e.getMessage());
            throw e;
        }
    }
}
