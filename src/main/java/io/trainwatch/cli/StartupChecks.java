package io.trainwatch.cli;

import io.trainwatch.TrainwatchBeans;
import io.trainwatch.cli.check.Check;
import io.trainwatch.cli.check.Preflight;
import io.trainwatch.errors.Words;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of a service that runs already: logs what is not right, and delays nothing. */
final class StartupChecks {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.check");

    private StartupChecks() {}

    /** Begins, and returns at once. */
    static void begin(TrainwatchBeans beans) {
        Thread thread = new Thread(() -> check(beans), "trainwatch-checks");
        thread.setDaemon(true);
        thread.start();
    }

    private static void check(TrainwatchBeans beans) {
        try (Preflight preflight = Preflight.beside(beans.settings(), beans.tenants(), InstantSource.system())) {
            for (Check check : preflight.outside()) {
                if (check.status() == Check.Status.PROBLEM || check.status() == Check.Status.WARNING) {
                    LOG.warn(
                            "{}, {}: {}. {}",
                            check.subject(),
                            check.what(),
                            check.finding(),
                            check.remedy() == null ? "" : check.remedy());
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("The checks at the start failed: {}. The service runs without them.", Words.of(e));
        }
    }
}
