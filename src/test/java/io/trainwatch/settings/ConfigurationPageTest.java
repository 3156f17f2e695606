package io.trainwatch.settings;

import static io.trainwatch.TrainwatchSettings.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageShowsTheSettingsAsTheyAre() throws Exception {
        if (Boolean.getBoolean("trainwatch.renew")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, ConfigurationPage.markdown(SCHEMA));
        }

        assertThat(PAGE)
                .as("%s is stale; renew it: mvn -q test -Dtest=ConfigurationPageTest -Dtrainwatch.renew=true", PAGE)
                .content()
                .isEqualTo(ConfigurationPage.markdown(SCHEMA));
    }

    @Test
    void everySettingIsExplainedInOneRow() {
        assertThat(SCHEMA.settings()).allSatisfy(setting -> {
            assertThat(setting.meaning()).endsWith(".").doesNotContain("|", "\n");
            assertThat(ConfigurationPage.markdown(SCHEMA)).containsOnlyOnce("| `" + setting.pattern() + "` |");
        });
    }

    @Test
    void everyDefaultIsAValueOfItsType() {
        assertThat(SCHEMA.settings())
                .allSatisfy(setting -> assertThat(setting.defaultValue().isPresent())
                        .isEqualTo(setting.defaultText().isPresent()));
    }
}
