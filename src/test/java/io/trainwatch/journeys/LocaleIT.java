package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.Trainwatch;
import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are not ASCII, in locales in which Java cannot use them by itself: used, or refused in words. */
class LocaleIT {

    private static final String SCRIPT =
            Path.of("target/trainwatch/bin/trainwatch").toAbsolutePath().toString();
    private static final int LONGEST_SECONDS = 60;

    @TempDir
    private Path folder;

    private int exit;

    /** The last is one that no machine knows. */
    @Situation(
            of = Situation.Of.MACHINES,
            when = "The locale is C, or one that the machine does not know, and names of files are not ASCII",
            then = "They are used")
    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "xx_YY.UTF-8"})
    void namesOfFilesAreUsed(String locale) throws Exception {
        Path named = Files.createDirectories(folder.resolve("prüfung-日本"));
        Path policies = Files.createDirectories(named.resolve("regeln-ä"));
        Files.writeString(policies.resolve("ström.yaml"), "default: true\nrules: [{type: cpu, above: 90}]\n");
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(20))) {
            Map<String, String> values = simulator.properties();
            String job = values.remove("trainwatch.jobs").replaceFirst(",.*", "");
            values.put("trainwatch.store.url", "jdbc:sqlite:" + named.resolve("störe.db"));
            values.put("trainwatch.audit.directory", named.resolve("prüf").toString());
            values.put("trainwatch.policy.directory", policies.toString());
            Path config = Files.write(
                    named.resolve("köln.properties"),
                    values.entrySet().stream()
                            .map(entry -> entry.getKey() + " = " + entry.getValue())
                            .toList());
            assertThat(run(locale, SCRIPT, "watch", job, "--timeout", "3s", "-c", config.toString()))
                    .contains("The policy ström of ström.yaml is in force")
                    .doesNotContain("Exception");
        }
        assertThat(named.resolve("störe.db")).exists();
        assertThat(named.resolve("prüf")).isNotEmptyDirectory();
        assertThat(run(
                        locale,
                        SCRIPT,
                        "policy",
                        "check",
                        policies.resolve("ström.yaml").toString()))
                .contains("ström.yaml: policy ström, 2 rules");
        assertThat(exit).isZero();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A key or an id of a job is not ASCII",
            then = "It is refused, in words")
    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void whatMayHoldAsciiOnlyIsRefusedInWords(String locale) throws Exception {
        Path config = Files.writeString(
                folder.resolve("my.properties"), "trainwatch.tenant.acme.base-url = http://127.0.0.1:1\n");
        assertThat(run(locale, SCRIPT, "watch", "acme:pröjekt/jöb", "-c", config.toString()))
                .contains("the project 'pröjekt' is not an id")
                .doesNotContain("Exception");
        assertThat(exit).isEqualTo(2);
        Files.writeString(config, "trainwatch.tenant.köln.base-url = http://127.0.0.1:1\ntrainwatch.pöll = 5\n");
        assertThat(run(locale, SCRIPT, "check", "-c", config.toString()))
                .contains("the name 'köln' is not allowed", "trainwatch.pöll (", "there is no such key")
                .doesNotContain("Exception");
        assertThat(exit).isEqualTo(2);
    }

    @Test
    void withoutTheScriptTheyAreRefusedInWords() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path config = Files.writeString(folder.resolve("my.properties"), """
                trainwatch.tenant.acme.base-url = http://127.0.0.1:1
                trainwatch.tenant.acme.client-id = a
                trainwatch.tenant.acme.client-secret = {{file:gehëim}}
                trainwatch.audit.directory = prüf
                """);
        String classes = Path.of("target/trainwatch/lib").toAbsolutePath() + "/*";
        assertThat(run("C", java, "-cp", classes, Trainwatch.class.getName(), "policy", "check", "ä.yaml"))
                .contains("A name of a file cannot be used", "LC_ALL=C.UTF-8")
                .doesNotContain("Exception");
        assertThat(exit).isEqualTo(2);
        assertThat(run("C", java, "-cp", classes, Trainwatch.class.getName(), "check", "-c", config.toString()))
                .contains("trainwatch.audit.directory", "is not a path", "LC_ALL=C.UTF-8")
                .doesNotContain("Exception");
        assertThat(exit).isEqualTo(2);
    }

    private String run(String locale, String... command) throws Exception {
        Path log = folder.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        exit = process.exitValue();
        return Files.readString(log);
    }
}
