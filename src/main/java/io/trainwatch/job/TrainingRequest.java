package io.trainwatch.job;

import java.time.Instant;

/**
 * Asks a tenant to start a training: of one flow, or of all flows of a project.
 *
 * @param project its id; {@code null} while it is not known, which it may be for a flow only
 * @param flow its id; {@code null} for all flows of the project
 * @param locale its id; {@code null} for the tenant's choice, as it is for all flows
 * @param mode {@code full} or {@code quick}
 * @throws IllegalArgumentException where an id is none; the message names it
 */
public record TrainingRequest(String tenant, String project, String flow, String locale, String mode) {

    public TrainingRequest {
        requireId("tenant", tenant);
        requireId("locale", locale == null ? "none" : locale);
        requireId(flow == null ? "project" : "flow", flow == null ? project : flow);
        requireId("project", project == null ? "none" : project);
    }

    /** The same in this project. */
    public TrainingRequest in(String projectId) {
        return new TrainingRequest(tenant, projectId, flow, locale, mode);
    }

    /** What is trained, for people, such as {@code flow 5f2a…} or {@code all flows}. */
    public String subject() {
        return flow == null ? "all flows" : "flow " + flow;
    }

    /** Names it where it is no job yet, such as {@code acme:shop (flow 5f2a…)}. */
    public String label() {
        return tenant + ":" + (project == null ? "" : project + " ") + "(" + subject() + ")";
    }

    private static void requireId(String name, String id) {
        if (!JobKey.isSafe(id)) {
            throw new IllegalArgumentException(
                    "the " + name + " '" + id + "' is not an id: 1 to 128 letters, digits, '_' or '-' are allowed");
        }
    }

    /**
     * A job of a list that may be the training which somebody asked for.
     *
     * @param createdAt by the tenant's clock; {@code null} where it does not tell
     * @param certain whether it says itself that it trains what was asked for; else only its kind fits
     * @param ended whether it has ended
     */
    public record ListedTraining(String jobId, Instant createdAt, boolean certain, boolean ended) {}
}
