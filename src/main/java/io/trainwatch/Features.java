package io.trainwatch;

import io.trainwatch.optional.Feature;
import io.trainwatch.optional.discovery.DiscoveryFeature;
import io.trainwatch.optional.history.HistoryFeature;
import io.trainwatch.optional.prometheus.PrometheusFeature;
import io.trainwatch.optional.report.ReportFeature;
import io.trainwatch.optional.training.TrainingFeature;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The features that are brought. To take one out, take it from here. */
final class Features {

    static final HistoryFeature HISTORY = new HistoryFeature();

    static final List<Feature> ALL = List.of(
            new DiscoveryFeature(), new PrometheusFeature(), new TrainingFeature(), new ReportFeature(), HISTORY);

    private Features() {}

    static Stream<Section> sections() {
        return ALL.stream().flatMap(feature -> feature.sections().stream());
    }

    /** The chapters of routes that are left out, since nothing is to be done by these settings. */
    static Set<String> unusedChapters(Settings settings) {
        return ALL.stream()
                .filter(feature -> !feature.isUsed(settings))
                .map(Feature::chapter)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}
