package io.trainwatch.watch;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A fresh store, a clock that is set, and nodes, which are closed after the test; of tests on both engines. */
abstract class NodesUnderTest {

    static final JobKey JOB = TestNode.job("job-1");

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    final SettableClock clock = new SettableClock();
    Store store;
    /** The first, and mostly the only one. */
    TestNode node;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void openStore() {
        store = closedAfterwards(FreshDatabase.on(engine, folder).open());
        node = closedAfterwards(firstNode());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    TestNode firstNode() {
        return new TestNode(store, "node-1", Setup.USUAL, clock);
    }

    /** One more on the same store. */
    TestNode node(String name, Setup setup) {
        return closedAfterwards(new TestNode(store, name, setup, clock));
    }

    <T extends AutoCloseable> T closedAfterwards(T made) {
        opened.add(made);
        return made;
    }
}
