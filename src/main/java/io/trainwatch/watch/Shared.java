package io.trainwatch.watch;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.measure.Measures;
import io.trainwatch.store.Store;
import java.time.InstantSource;

/** What most classes of this package are made with. */
record Shared(
        Store store,
        Leases leases,
        JobRecorder recorder,
        TenantPauses pauses,
        Schedule schedule,
        RepeatedFaults faults,
        InstantSource clock) {

    LooksUnderWay looks() {
        return leases.looks();
    }

    Measures measures() {
        return looks().measures();
    }
}
