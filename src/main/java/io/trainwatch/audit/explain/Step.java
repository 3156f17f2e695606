package io.trainwatch.audit.explain;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One line of the audit about the job.
 *
 * @param at when it happened, ISO-8601, UTC
 * @param text what it tells, in plain words
 * @param details as they stand in the line
 */
public record Step(String at, long seq, String action, String text, JsonNode details) {}
