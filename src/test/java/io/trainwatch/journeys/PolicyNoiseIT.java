package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Asks the packaged distribution what the default window does to noisy jobs. */
class PolicyNoiseIT {

    private static final Pattern DEFAULT_WINDOW =
            Pattern.compile("^cusum +\\w+ +\\d+ +([\\d.]+)%(?: +[\\d.]+){3} +([\\d.]+) ", Pattern.MULTILINE);

    @Test
    void theDefaultWindowSparesHealthyJobsAndFindsTheOthersSoon() throws Exception {
        String table = output("--traces", "20000");
        Matcher row = DEFAULT_WINDOW.matcher(table);
        for (String noise : List.of("independent", "correlated")) {
            assertThat(row.find()).as("%s: %s", noise, table).isTrue();
            assertThat(Double.parseDouble(row.group(1))).isLessThanOrEqualTo(0.2);
            assertThat(Double.parseDouble(row.group(2))).isLessThanOrEqualTo(4.5);
        }
        assertThat(table).containsPattern("1 of 1 +independent +\\d+ +9\\d\\.").contains("Seed 1954: 20000 healthy");
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
