package io.trainwatch.cli;

import io.trainwatch.JobsToWatch;
import io.trainwatch.RouteFault;
import io.trainwatch.StoreBeingOpened;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.watch.LookDelays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trainwatch on camel-main: what the commands start. */
public final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.settings");

    private final Main main = new Main() {
        @Override
        protected CamelContext createCamelContext() {
            CamelContext context = super.createCamelContext();
            // Camel looks for its plugins with this loader; by default it is the JVM's, which under Maven knows none.
            context.setApplicationContextClassLoader(Service.class.getClassLoader());
            return context;
        }
    };

    private final StoreBeingOpened store;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Runnable onInterrupt = () -> {};
    private volatile boolean started;
    private volatile boolean closed;

    private Service(Settings settings, ConfigOption config) {
        main.bind("trainwatchSettings", settings);
        store = new StoreBeingOpened(settings);
        main.bind("trainwatchStore", store);
        // For camel.* keys and those of routes; trainwatch.* keys were read before, with better messages than a
        // placeholder can give.
        config.otherProperties().forEach(main::addInitialProperty);
        main.setPropertyPlaceholderLocations(config.filesForCamel().stream()
                .map(Path::toString)
                .map(file -> "file:" + file + ";optional=true")
                .collect(Collectors.joining(",", "", ",classpath:trainwatch-standalone.properties")));
        if (!config.profileName().isEmpty()) {
            main.configure().withProfile(config.profileName());
        }
    }

    public static Service of(Settings settings, ConfigOption config) {
        Warmup.trust(settings);
        LOG.info("Settings are read from {}", config.describe());
        return new Service(settings, config);
    }

    /** Watches these jobs instead of those of the settings. */
    public Service watching(JobsToWatch jobs) {
        main.bind("trainwatchJobs", jobs);
        return this;
    }

    /** Starts and returns; {@link #close} stops, and so does the end of the process, so that looks under way can end. */
    public Service start() throws Exception {
        // Camel's own hook would stop what is still being started, and the start would go on.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        stopWithTheProcess();
        try {
            main.init();
            main.getCamelContext().init();
            // Not left to the start, whose failure Camel logs with all its causes before the command can say it in a
            // sentence.
            store.await();
            main.start();
        } catch (Exception e) {
            throw RouteFault.inWords(e, main.getCamelContext());
        }
        started = true;
        return this;
    }

    /** What keeps the routes of these settings from being made. Nothing is started or written for it. */
    static List<Problem> problemsOfRoutes(ConfigOption config) throws Exception {
        Settings settings = config.read(Map.of("trainwatch.store.url", "jdbc:sqlite::memory:"));
        if (!Files.isDirectory(settings.get(TrainwatchSettings.ROUTES_DIRECTORY))) {
            return List.of();
        }
        Main main = new Service(settings, config).main;
        main.init();
        CamelContext context = main.getCamelContext();
        try {
            context.init();
            return List.of();
        } catch (Exception e) {
            if (RouteFault.inWords(e, context) instanceof SettingsException said) {
                return said.problems();
            }
            throw e;
        } finally {
            context.stop();
        }
    }

    private void stopWithTheProcess() throws InterruptedException {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted, "trainwatch-stop"));
        } catch (IllegalStateException e) {
            awaitStop(); // the process is ending already
        }
    }

    /** Returns when the first look is over, or after that time: there may be nothing to look at. */
    Service awaitFirstLook(Duration longest) throws InterruptedException {
        LookDelays lag = beans().watch().looks().lag();
        long start = System.nanoTime();
        while (lag.firstLook().isEmpty() && System.nanoTime() - start < longest.toNanos()) {
            Thread.sleep(20);
        }
        return this;
    }

    /** Does this before it stops because the process is told to; not where it is closed. */
    void onInterrupt(Runnable action) {
        onInterrupt = action;
    }

    private void interrupted() {
        if (!started) {
            return; // the process ends at once, as by a kill: there is nothing that the next start does not mend
        }
        try {
            if (!closed) {
                onInterrupt.run();
            }
        } finally {
            close();
        }
    }

    /** Waits until the process is told to stop. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    public TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    @Override
    public void close() {
        closed = true;
        main.stop();
        stopped.countDown();
    }
}
