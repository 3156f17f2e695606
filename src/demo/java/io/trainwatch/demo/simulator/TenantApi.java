package io.trainwatch.demo.simulator;

/** The APIs that a simulated tenant speaks, both at the same port. */
public enum TenantApi {
    /** Jobs below {@code /api/v2}. */
    TRAINING,
    /** Tasks below {@code /new/v2.0} and {@code /v2.0}. */
    TASKS
}
