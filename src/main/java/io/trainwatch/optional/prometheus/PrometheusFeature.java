package io.trainwatch.optional.prometheus;

import io.trainwatch.job.StatusReader;
import io.trainwatch.optional.Core;
import io.trainwatch.optional.Feature;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Settings;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Predicate;

/** Fills in figures of jobs from Prometheus. */
public final class PrometheusFeature implements Feature {

    @Override
    public List<Section> sections() {
        return List.of(PrometheusSettings.SECTION);
    }

    @Override
    public Optional<String> chapter() {
        return Optional.of("optional-prometheus");
    }

    @Override
    public boolean isUsed(Settings settings) {
        return !settings.get(PrometheusSettings.SOURCES).isEmpty();
    }

    @Override
    public void wire(Core core) {
        Figures figures = new Figures(
                core.settings().get(PrometheusSettings.SOURCES),
                StatusReader.shared().mapper(),
                core.watch().faults(),
                core.clock(),
                core.clock().steady());
        core.bind("trainwatchFigures", figures);
        core.bind("trainwatchFiguresWanted", (Predicate) figures::areWanted);
    }
}
