package io.trainwatch.cli;

import io.trainwatch.JobsToWatch;
import io.trainwatch.StoreBeingOpened;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.settings.Settings;
import io.trainwatch.status.StatusJson;
import jakarta.validation.Validation;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.camel.main.Main;

/** Trainwatch on camel-main: what the commands start. */
final class Service implements AutoCloseable {

    private final Main main = new Main();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Service(Settings settings, ConfigOption config) {
        main.bind("trainwatchSettings", settings);
        main.bind("trainwatchStore", new StoreBeingOpened(settings));
        CompletableFuture.runAsync(Service::warmUp);
        // For camel.* keys only; trainwatch.* keys were read before, with better messages than a placeholder can give.
        main.setPropertyPlaceholderLocations(config.files().stream()
                .map(Path::toString)
                .map(file -> "file:" + file + ";optional=true")
                .collect(Collectors.joining(",", "", ",classpath:trainwatch-standalone.properties")));
        if (!config.profileName().isEmpty()) {
            main.configure().withProfile(config.profileName());
        }
    }

    /** Loads what the first look needs and the start does not, while the start waits for other things. */
    private static void warmUp() {
        StatusJson.mapper();
        Validation.buildDefaultValidatorFactory().close();
    }

    static Service of(Settings settings, ConfigOption config) {
        return new Service(settings, config);
    }

    /** Watches these jobs instead of those of the settings. */
    Service watching(JobsToWatch jobs) {
        main.bind("trainwatchJobs", jobs);
        return this;
    }

    /** Starts and returns; {@link #close} stops, and so does the end of the process, so that looks under way can end. */
    Service start() throws Exception {
        main.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "trainwatch-stop"));
        return this;
    }

    /** Waits until the process is told to stop. */
    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    @Override
    public void close() {
        main.stop();
        stopped.countDown();
    }
}
