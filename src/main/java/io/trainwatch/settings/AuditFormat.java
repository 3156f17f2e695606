package io.trainwatch.settings;

/** The names that the members of an audit line have. */
public enum AuditFormat {
    PLAIN,
    /** Field names of the Elastic Common Schema. */
    ECS
}
