package io.trainwatch.verdict;

import java.time.Duration;

/**
 * The limits that a running job must keep.
 *
 * @param autoCancel whether a job that breaks one is cancelled; else it is only reported
 * @param maxCpu percent, 0 to 100
 * @param maxMemory percent, 0 to 100
 * @param maxStagnation the longest time without progress; more than 0
 */
public record Policy(boolean autoCancel, double maxCpu, double maxMemory, Duration maxStagnation) {

    public Policy {
        percent("maxCpu", maxCpu);
        percent("maxMemory", maxMemory);
        if (maxStagnation.isZero() || maxStagnation.isNegative()) {
            throw new IllegalArgumentException("maxStagnation must be more than 0, not " + maxStagnation);
        }
    }

    private static void percent(String name, double value) {
        if (!(value >= 0 && value <= 100)) {
            throw new IllegalArgumentException(name + " must be 0 to 100 percent, not " + value);
        }
    }
}
