package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code watch --train} of the packaged distribution, in situations in which other tools fail. */
class TrainIT {

    @TempDir
    Path folder;

    @Test
    void theScenariosEndAsExpected() throws Exception {
        Path output = folder.resolve("table.txt");
        Process scenarios = new ProcessBuilder(
                        "target/trainwatch/bin/trainwatch",
                        "scenarios",
                        "--brief",
                        "--at-once",
                        "2",
                        "--directory",
                        folder.resolve("scenarios").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(scenarios.waitFor(180, TimeUnit.SECONDS))
                    .as("the scenarios end by themselves")
                    .isTrue();
        } finally {
            scenarios.descendants().forEach(ProcessHandle::destroyForcibly);
            scenarios.destroyForcibly();
        }
        String table = Files.readString(output);
        assertThat(scenarios.exitValue()).as(table).isZero();
        assertThat(table).contains("3 of 3 as expected");
    }
}
