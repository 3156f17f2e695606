/**
 * Says from the audit alone what happened to a job. Enter by {@link io.trainwatch.audit.explain.Explanation}.
 */
package io.trainwatch.audit.explain;
