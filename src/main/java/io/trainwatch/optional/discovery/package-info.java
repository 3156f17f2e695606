/**
 * Finds jobs: by listing a tenant's tasks, and from files that are dropped into a folder. Enter by
 * {@link io.trainwatch.optional.discovery.ProjectLists}. Only the watch list knows of what comes of it.
 */
package io.trainwatch.optional.discovery;
