package io.trainwatch.cancels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of each kind; {@code src/bench/cancel-faults} takes 500. */
class CancelTrialTest {

    @TempDir
    private Path folder;

    @Test
    void whateverBefallsACancelItEndsAsSpecified() throws Exception {
        try (CancelTrial trial = new CancelTrial(folder, 2, 7)) {
            assertThat(trial.run().values())
                    .hasSize(CancelFault.values().length)
                    .allSatisfy(wrong -> assertThat(wrong).isEmpty());
        }
    }
}
