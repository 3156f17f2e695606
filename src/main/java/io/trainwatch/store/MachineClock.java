package io.trainwatch.store;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of this machine.
 *
 * @param wall tells the date, and may be set, back or forth, at any moment
 * @param nanoTime measures, and is never set
 */
public record MachineClock(InstantSource wall, LongSupplier nanoTime) {

    public static MachineClock real() {
        return new MachineClock(InstantSource.system(), System::nanoTime);
    }
}
