package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The help of all commands. */
class HelpTest {

    /** In a process of its own, since picocli keeps the error stream that it found when it was loaded. */
    @Test
    void eachHelpCanBePrintedWithoutAWarning() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Printing.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed)
                .contains("Usage: trainwatch policy simulate ", "Usage: trainwatch audit verify ")
                .doesNotContain("picocli WARN", "Could not format", "%n");
    }

    /** Prints the help of each command and of those below it. */
    static final class Printing {

        public static void main(String[] arguments) {
            print(TrainwatchCommand.addAll(new CommandLine(new TrainwatchCommand())));
        }

        private static void print(CommandLine command) {
            command.usage(System.out);
            command.getSubcommands().values().forEach(Printing::print);
        }
    }
}
