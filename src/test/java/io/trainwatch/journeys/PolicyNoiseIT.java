package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks the packaged distribution what windows do to noisy jobs, simulated ones and own ones. */
class PolicyNoiseIT {

    @TempDir
    Path folder;

    @Test
    void printsWhatTheDefaultDoesToEveryKindOfJob() throws Exception {
        assertThat(output("--traces", "10"))
                .contains("Seed 1954: 10 jobs of each kind")
                .containsPattern("correlated 0\\.8 +cusum late +\\d+ +0\\.000% +0\\.000%")
                .containsPattern("step to 100 +cusum late +10 +7\\.0 ")
                .containsPattern("the last fifth at 99 % +10 +0\\.00%");
    }

    @Test
    void judgesTheTracesOfAFile() throws Exception {
        List<String> pegged = new ArrayList<>(Collections.nCopies(30, "50"));
        pegged.addAll(Collections.nCopies(30, "100"));
        Path file = Files.write(
                folder.resolve("traces.csv"),
                List.of(
                        String.join(",", pegged),
                        String.join(",", Collections.nCopies(100, "93.5")),
                        String.join(",", Collections.nCopies(100, "")),
                        "1.5"));
        assertThat(output("--file", file.toString(), "--window", "3 of 3", "--limit", "90"))
                .contains("job 1: 3 of 3 decides at reading 33", "job 2: 3 of 3 decides at reading 23")
                .contains("3 of 3: 2 of 4 jobs");
    }

    private static String output(String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("target/trainwatch/bin/trainwatch", "policy", "noise"));
        words.addAll(List.of(options));
        Process command = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(command.waitFor()).as(output).isZero();
        return output;
    }
}
