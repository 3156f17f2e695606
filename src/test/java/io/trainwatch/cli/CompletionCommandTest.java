package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What completes commands and options in a shell. */
class CompletionCommandTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void aShellCompletesCommandsAndTheirOptions(String shell) throws Exception {
        assumeTrue(isThere(shell), "SKIPPED: " + shell + " is not installed, so its completion is not tried");
        Path script = Files.writeString(folder.resolve("completion"), script());
        String trial = "autoload -U +X compinit 2>/dev/null && compinit -u; source " + script + "\n"
                + "complete_words() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=();"
                + " _complete_trainwatch; echo \"${COMPREPLY[@]}\"; }\n";
        if (shell.equals("zsh")) {
            trial = "setopt ksharrays\n" + trial; // as bashcompinit has it for functions like this
        }
        // What does not begin as the word does is left out by zsh itself, behind this.
        assertThat(run(shell, trial + "complete_words trainwatch jo")).contains("jobs");
        assertThat(run(shell, trial + "complete_words trainwatch jobs --tr"))
                .contains("--trouble")
                .doesNotContain("--train");
        assertThat(run(shell, trial + "complete_words trainwatch audit ve"))
                .contains("verify")
                .doesNotContain("explain");
    }

    @Test
    void theDemosCommandsAreCompletedToo() {
        assertThat(script()).contains("simulate", "scenarios").doesNotContain("\\u00");
    }

    private static String script() {
        StringWriter out = new StringWriter();
        assertThat(TrainwatchCommand.commandLine("completion")
                        .setOut(new PrintWriter(out))
                        .execute("completion"))
                .isZero();
        return out.toString();
    }

    private static boolean isThere(String shell) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + shell).start().waitFor() == 0;
    }

    private static String run(String shell, String commands) throws Exception {
        Process process = new ProcessBuilder(shell, "-c", commands)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }
}
