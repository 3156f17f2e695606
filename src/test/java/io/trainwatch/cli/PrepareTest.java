package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code prepare}, which is the script's own. */
class PrepareTest {

    @TempDir
    private Path folder;

    private Path script;

    @BeforeEach
    void copyScript() throws IOException {
        // Elsewhere, so that an archive that is made by mistake is not left in the sources.
        script = Files.createDirectories(folder.resolve("bin")).resolve("trainwatch");
        Files.copy(Path.of("src/main/dist/bin/trainwatch"), script);
    }

    @Test
    void askedForHelpItMakesNothing() throws Exception {
        Process process = run("prepare", "--help");
        assertThat(output(process)).contains("Usage: trainwatch prepare");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void whatItDoesNotKnowItRefuses() throws Exception {
        Process process = run("prepare", "--directory");
        assertThat(output(process)).contains("prepare takes no arguments, but --directory was given");
        assertThat(process.waitFor()).isEqualTo(ExitCode.USAGE);
    }

    private Process run(String... arguments) throws IOException {
        ProcessBuilder command = new ProcessBuilder("sh", script.toString(), arguments[0], arguments[1]);
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return command.redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
