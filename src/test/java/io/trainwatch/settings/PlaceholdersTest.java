package io.trainwatch.settings;

import static io.trainwatch.settings.Given.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.conventions.Situation;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceholdersTest {

    @TempDir
    Path directory;

    @Test
    void takesAVariableOfTheEnvironment() {
        assertThat(resolve(only("k", "<{{env:NAME}}>"), Map.of("NAME", "value")))
                .isEqualTo("<value>");
    }

    @Test
    void takesTheContentsOfAFileWithoutTheLastNewline() throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), "one\ntwo\r\n");

        assertThat(resolve(only("k", "{{file:" + file + "}}"))).isEqualTo("one\ntwo");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A file with a secret begins with a byte order mark",
            then = "The secret is used without it")
    @Test
    void takesTheContentsOfAFileWithoutTheMarkOfItsByteOrder() throws Exception {
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Path file = Files.writeString(directory.resolve("secret"), "\uFEFFs3crét\r\n", charset);

            assertThat(resolve(only("k", "{{file:" + file + "}}"))).isEqualTo("s3crét");
        }
    }

    @Test
    void takesTheValueOfAnotherKeyWhateverItsPrefix() {
        assertThat(resolve(only("k", "{{host}}:{{ port }}", "host", "{{name}}.example", "name", "t", "port", "80")))
                .isEqualTo("t.example:80");
    }

    @Test
    void takesTheDefaultOfASettingThatIsNotWritten() {
        assertThat(resolve(only("k", "{{trainwatch.poll.interval}}"))).isEqualTo("15s");
    }

    @Test
    void leavesBracesThatCameFromOutsideAsTheyAre() {
        assertThat(resolve(only("k", "{{env:NAME}}"), Map.of("NAME", "{{env:OTHER}}")))
                .isEqualTo("{{env:OTHER}}");
    }

    @Test
    void recognisesACircle() {
        assertThatThrownBy(() -> resolve(only("k", "{{a}}", "a", "x{{b}}", "b", "{{a}}")))
                .isInstanceOf(UnreadableValue.class)
                .hasMessage("refers to itself: k -> a -> b -> a");
    }

    @Test
    void takesTheSameKeyTwiceWithoutSeeingACircle() {
        assertThat(resolve(only("k", "{{a}}{{a}}", "a", "x"))).isEqualTo("xx");
    }

    @Test
    void namesWhatItLookedUp() {
        assertThatThrownBy(() -> resolve(only("k", "{{env:NAME}}")))
                .hasMessage("refers to the environment variable 'NAME', which is not set");
        assertThatThrownBy(() -> resolve(only("k", "{{file:/no/such/file}}")))
                .hasMessage("refers to the file '/no/such/file', which does not exist");
        assertThatThrownBy(() -> resolve(only("k", "{{file:" + directory + "}}")))
                .hasMessage("refers to the file '" + directory + "', which cannot be read");
        assertThatThrownBy(() -> resolve(only("k", "{{other}}")))
                .hasMessage("refers to the key 'other', which is not set");
        assertThatThrownBy(() -> resolve(only("k", "{{env:NAME"))).hasMessage("has {{ without }}");
    }

    @Test
    void readsNoFileThatIsTooLargeOrNoText() throws Exception {
        Path large = Files.write(directory.resolve("large"), new byte[64 * 1024 + 1]);
        Path largest = Files.writeString(directory.resolve("largest"), "x".repeat(64 * 1024));
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});

        assertThat(resolve(only("k", "{{file:" + largest + "}}"))).hasSize(64 * 1024);
        assertThatThrownBy(() -> resolve(only("k", "{{file:" + large + "}}"))).hasMessageContaining("64 KiB");
        assertThatThrownBy(() -> resolve(only("k", "{{file:" + binary + "}}"))).hasMessageContaining("not UTF-8");
    }

    private static String resolve(Map<String, String> properties) {
        return resolve(properties, Map.of());
    }

    private static String resolve(Map<String, String> properties, Map<String, String> environment) {
        return new Placeholders(TrainwatchSettings.SCHEMA, Sources.of(properties), environment)
                .resolve("k")
                .text();
    }
}
