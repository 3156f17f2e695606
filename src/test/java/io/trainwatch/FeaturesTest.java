package io.trainwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.optional.Feature;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FeaturesTest {

    @Test
    void everyOptionalChapterIsAFeatures() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            assertThat(Features.ALL.stream().map(Feature::chapter).flatMap(Optional::stream))
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.startsWith("optional-"))
                                    .map(name -> name.replace(".camel.yaml", ""))
                                    .toList());
        }
    }

    @Test
    void aChapterIsLeftOutWhereNoTenantUsesIt() {
        assertThat(Features.unusedChapters(settings(Map.of())))
                .containsExactlyInAnyOrder(
                        "optional-discovery", "optional-prometheus", "optional-trainings", "optional-reports");
        assertThat(Features.unusedChapters(settings(Map.of("trainwatch.tenant.acme.api", "tasks"))))
                .containsExactly("optional-prometheus");
        assertThat(Features.unusedChapters(settings(Map.of(
                        "trainwatch.tenant.acme.prometheus.url",
                        "http://127.0.0.1:9090",
                        "trainwatch.tenant.acme.prometheus.cpu-query",
                        "cpu"))))
                .doesNotContain("optional-prometheus");
    }

    private static Settings settings(Map<String, String> more) {
        Map<String, String> values = new HashMap<>(more);
        values.put("trainwatch.tenant.acme.base-url", "https://tenant.example");
        return TrainwatchSettings.read(Sources.of(values));
    }
}
