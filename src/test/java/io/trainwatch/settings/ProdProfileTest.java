package io.trainwatch.settings;

import static io.trainwatch.settings.Given.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trainwatch.TrainwatchSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProdProfileTest {

    private static final String PLAIN = "s3cret";

    @TempDir
    Path directory;

    @BeforeEach
    void theFileSystemKnowsPermissions() {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-r--r--"})
    void aPlainSecretInAFileThatOthersCanReadIsRefused(String permissions) throws IOException {
        Path file = configuration(PLAIN, permissions);

        assertThat(problems(Sources.file(file), Settings.PROD, Map.of()))
                .containsExactly("trainwatch.http.token (my.properties line 2): the secret is in plain text in a file"
                        + " that others can read. Write {{env:NAME}} or {{file:/path}} instead, or run: chmod 600 "
                        + file);
    }

    @Test
    void aPlainSecretInAFileOfOnesOwnIsFine() throws IOException {
        assertThat(problems(Sources.file(configuration(PLAIN, "rw-------")), Settings.PROD, Map.of()))
                .isEmpty();
    }

    @Test
    void aPlainSecretIsFineOutsideTheProfile() throws IOException {
        assertThat(problems(Sources.file(configuration(PLAIN, "rw-r--r--")), "dev", Map.of()))
                .isEmpty();
    }

    @Test
    void aSecretFromTheEnvironmentIsFine() throws IOException {
        Source byPlaceholder = Sources.file(configuration("{{env:TOKEN}}", "rw-r--r--"));
        Map<String, String> environment = Map.of("TOKEN", PLAIN, "TRAINWATCH_HTTP_TOKEN", PLAIN);
        Source byVariable = Sources.withEnvironment(
                TrainwatchSettings.SCHEMA, Sources.file(configuration(PLAIN, "rw-r--r--")), environment);

        assertThat(problems(byPlaceholder, Settings.PROD, environment)).isEmpty();
        assertThat(problems(byVariable, Settings.PROD, environment)).isEmpty();
    }

    @Test
    void aDetourOverAnotherKeyDoesNotHideAPlainSecret() throws IOException {
        Path file = configuration("{{my.token}}\nmy.token=" + PLAIN, "rw-r--r--");

        assertThat(problems(Sources.file(file), Settings.PROD, Map.of()))
                .singleElement()
                .asString()
                .startsWith("trainwatch.http.token (my.properties line 2): the secret is in plain text");
    }

    private Path configuration(String token, String permissions) throws IOException {
        Path file = Files.writeString(
                directory.resolve("my.properties"),
                "trainwatch.tenant.acme.base-url=https://tenant.example\ntrainwatch.http.token=" + token + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
