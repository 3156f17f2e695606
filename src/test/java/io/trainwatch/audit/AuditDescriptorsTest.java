package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The audit goes on where the process has no file descriptor left. */
class AuditDescriptorsTest {

    private static final int ROWS = 20;

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void theAuditGoesOnWithoutAFreeDescriptor() throws Exception {
        Path output = folder.resolve("output.txt");
        Process child = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 256; exec \"$0\" -cp \"$1\" io.trainwatch.audit.AuditDescriptorsTest \"$2\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).contains("written " + ROWS + " of " + ROWS);
    }

    /** Takes all descriptors and writes rows, in a process of its own. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        AuditOptions options = TestOptions.in(folder.resolve("audit"));
        try (AuditUnderTest audit = new AuditUnderTest(folder, options)) {
            audit.write(1);
            audit.turns();
            // What it takes to write is loaded, which needs descriptors too.
            exhausted(folder, () -> audit.turn());
            audit.turns();
            int before = audit.lines().size();
            exhausted(folder, () -> {
                for (int i = 0; i < ROWS; i++) {
                    audit.write(1);
                    audit.turn();
                    audit.turn();
                }
            });
            System.out.println("written " + (audit.lines().size() - before) + " of " + ROWS);
        }
    }

    private static void exhausted(Path folder, Runnable work) throws IOException {
        List<FileInputStream> taken = new ArrayList<>();
        Path file = folder.resolve("audit-test.db");
        try {
            while (taken.size() < 100_000) {
                taken.add(new FileInputStream(file.toFile()));
            }
        } catch (IOException e) {
            work.run();
        } finally {
            for (FileInputStream stream : taken) {
                stream.close();
            }
        }
    }
}
