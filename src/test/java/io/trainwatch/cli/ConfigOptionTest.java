package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.PollSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a command reads, started in a folder that others fill. */
class ConfigOptionTest {

    private static final String TENANT = "trainwatch.tenant.acme.base-url = http://127.0.0.1:1/api\n";

    @TempDir
    private Path folder;

    private Path here;
    private Path home;
    private Path given;

    @BeforeEach
    void folders() throws IOException {
        here = Files.createDirectories(folder.resolve("here"));
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("routes"));
        given = write(Files.createDirectories(folder.resolve("etc")).resolve("my.properties"), TENANT);
    }

    @Test
    void withAFileNamedNothingOfTheWorkingFolderIsRead() throws IOException {
        write(here.resolve("application.properties"), """
                trainwatch.tenant.evil.base-url = http://127.0.0.1:2/{{env:PATH}}
                trainwatch.poll.interval = 1s
                trainwatch.routes.directory = routes
                camel.main.routesIncludePattern = file:evil.yaml
                nonsense
                trainwatch.nonsense = x
                """);
        write(here.resolve("application-prod.properties"), "trainwatch.poll.interval = 2s\n");
        write(home.resolve("application.properties"), "trainwatch.poll.workers = 7\n");
        ConfigOption config = ConfigOption.of(given, "prod", here, home);
        Settings settings = config.read(Map.of());
        assertThat(settings.get(TenantSettings.TENANTS)).containsOnlyKeys("acme");
        assertThat(settings.get(PollSettings.INTERVAL)).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.get(PollSettings.WORKERS)).isEqualTo(7);
        assertThat(settings.get(TrainwatchSettings.ROUTES_DIRECTORY)).isEqualTo(home.resolve("routes"));
        assertThat(config.filesForCamel()).containsExactly(given, home.resolve("application.properties"));
        assertThat(config.otherProperties()).isEmpty();
        assertThat(config.describe()).isEqualTo(given + ", " + home.resolve("application.properties"));
    }

    @Test
    void withoutOneThatOfTheWorkingFolderSaysNothingOfCamelAndRoutes() throws IOException {
        Path file = write(here.resolve("application.properties"), TENANT + """
                trainwatch.poll.interval = 1s
                trainwatch.routes.directory = evil
                camel.main.routesIncludePattern = file:evil.yaml
                CAMEL.main.name = evil
                my.target = direct:mine
                """);
        ConfigOption config = ConfigOption.of(null, "", here, home);
        Settings settings = config.read(Map.of());
        assertThat(settings.get(PollSettings.INTERVAL)).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.get(TrainwatchSettings.ROUTES_DIRECTORY)).isEqualTo(home.resolve("routes"));
        assertThat(config.filesForCamel()).isEmpty();
        assertThat(config.otherProperties()).containsEntry("my.target", "direct:mine");
        assertThat(config.otherProperties().keySet())
                .noneMatch(key -> key.toLowerCase().startsWith("camel"));
        assertThat(config.describe()).startsWith(file + " (but its camel.* keys and trainwatch.routes.directory");
    }

    @Test
    void theDistributionsFileMaySayAllWhereverItIsStarted() throws IOException {
        Path file = write(home.resolve("application.properties"), TENANT + "camel.main.name = mine\n");
        for (Path started : new Path[] {here, home}) {
            ConfigOption config = ConfigOption.of(null, "", started, home);
            assertThat(config.filesForCamel()).containsExactly(file);
            assertThat(config.describe()).isEqualTo(file.toString());
        }
        assertThat(ConfigOption.of(null, "", here, null).describe()).isEqualTo("no file");
    }

    @Test
    void aProfilesFileMayStandBesideTheOneThatIsNamed() throws IOException {
        Path file = write(given.resolveSibling("application-dev.properties"), "trainwatch.poll.interval = 3s\n");
        write(here.resolve("application-dev.properties"), "trainwatch.poll.interval = 4s\n");
        ConfigOption config = ConfigOption.of(given, "dev", here, home);
        assertThat(config.read(Map.of()).get(PollSettings.INTERVAL)).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.filesForCamel()).containsExactly(given, file);
    }

    private static Path write(Path file, String text) throws IOException {
        return Files.writeString(file, text);
    }
}
