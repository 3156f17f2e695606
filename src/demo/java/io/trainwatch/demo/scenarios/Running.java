package io.trainwatch.demo.scenarios;

import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.TaskScript;
import java.io.IOException;

/** A command that runs, for what happens meanwhile. */
interface Running {

    SimulatedTenant tenant();

    /** Waits until the tenant was asked so often; returns early where the command ends before. */
    void awaitRequests(RequestKind kind, long count) throws InterruptedException;

    /** The training that was started; to be called after a read of it. */
    default TaskScript training() {
        return tenant().tasks().started().get(0);
    }

    /** Cancels the training, as another client of the tenant. */
    void cancel() throws IOException, InterruptedException;

    /** Kills the command as a power cut would, and starts the same again. */
    void killAndStartAgain() throws IOException, InterruptedException;
}
