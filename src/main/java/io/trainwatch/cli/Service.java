package io.trainwatch.cli;

import io.trainwatch.JobsToWatch;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.settings.Settings;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.camel.main.Main;

/** Trainwatch on camel-main: what the commands start. */
final class Service implements AutoCloseable {

    private final Main main = new Main();

    private Service(Settings settings, ConfigOption config) {
        main.bind("trainwatchSettings", settings);
        // For camel.* keys only; trainwatch.* keys were read before, with better messages than a placeholder can give.
        main.setPropertyPlaceholderLocations(config.files().stream()
                .map(Path::toString)
                .map(file -> "file:" + file + ";optional=true")
                .collect(Collectors.joining(",", "", ",classpath:trainwatch-standalone.properties")));
        if (!config.profileName().isEmpty()) {
            main.configure().withProfile(config.profileName());
        }
    }

    static Service of(Settings settings, ConfigOption config) {
        return new Service(settings, config);
    }

    /** Watches these jobs instead of those of the settings. */
    Service watching(JobsToWatch jobs) {
        main.bind("trainwatchJobs", jobs);
        return this;
    }

    /** Runs until the process is told to stop; looks under way end first. */
    int run() throws Exception {
        main.run();
        return main.getExitCode();
    }

    /** Starts and returns; {@link #close} stops, and so does the end of the process, so that looks under way can end. */
    Service start() throws Exception {
        main.start();
        Runtime.getRuntime().addShutdownHook(new Thread(main::stop, "trainwatch-stop"));
        return this;
    }

    TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    @Override
    public void close() {
        main.stop();
    }
}
