package io.trainwatch.tenant;

/** The API that a tenant speaks. */
public enum ApiName {
    /** Projects with training jobs that report progress, metrics and the resources that they use. */
    TRAINING,
    /** Tasks of many kinds, trainings among them, as Cognigy.AI serves them. */
    TASKS
}
