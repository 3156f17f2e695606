package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is hostile harms only itself: 180 jobs go on as if the 20 others were not there. */
class IsolationIT {

    private static final Duration LASTING = Duration.ofSeconds(25);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @Test
    void hostileJobsReceiversFilesAndCallersHarmNobodyElse() throws Exception {
        assertThat(new IsolationTrial(folder, LASTING, INTERVAL).run())
                .allSatisfy(measured ->
                        assertThat(measured.holds()).as("%s", measured).isTrue());
    }
}
