package io.trainwatch.optional.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * A training that was ordered, as its row was claimed.
 *
 * @param job what came of it, {@code tenant:project/job}; {@code null} until it is started
 * @param message what the last try met, for people; {@code null} without one
 * @param requests requests so far that may have started it
 * @param inDoubt whether the last of these may have started it, and nobody has read its answer
 * @param known the jobs that were there before the first of these; {@code null} before it
 * @param knownUntil when the latest of these was created, by the tenant's clock; {@code null} where it does not tell
 * @param lists lists since the last of these that told of no new job
 * @param failures tries in a row without an answer
 * @param failingSince when the first of these was; {@code null} without one
 */
public record TrainingOrder(
        long id,
        TrainingRequest request,
        Status status,
        String job,
        String message,
        int requests,
        boolean inDoubt,
        Set<String> known,
        Instant knownUntil,
        int lists,
        int failures,
        Instant failingSince,
        long fence) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How far it has come. */
    public enum Status {
        OPEN,
        STARTED,
        GIVEN_UP
    }

    /** For the route: whether its project is still to be found. */
    public boolean homeless() {
        return request.project() == null;
    }

    /** The same, with its project. */
    TrainingOrder in(String project) {
        return new TrainingOrder(
                id,
                request.in(project),
                status,
                job,
                message,
                requests,
                inDoubt,
                known,
                knownUntil,
                lists,
                failures,
                failingSince,
                fence);
    }

    static TrainingOrder read(ResultSet row) throws SQLException {
        return new TrainingOrder(
                row.getLong("id"),
                new TrainingRequest(
                        row.getString("tenant"),
                        row.getString("project_id"),
                        row.getString("flow_id"),
                        row.getString("locale_id"),
                        row.getString("mode")),
                Status.valueOf(row.getString("status")),
                row.getString("job"),
                row.getString("message"),
                row.getInt("requests"),
                row.getInt("in_doubt") == 1,
                readIds(row.getString("known")),
                Store.instant(row, "known_until"),
                row.getInt("lists"),
                row.getInt("failures"),
                Store.instant(row, "failing_since"),
                row.getLong("fence"));
    }

    static String writeIds(Set<String> ids) {
        try {
            return ids == null ? null : JSON.writeValueAsString(new TreeSet<>(ids));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts can be written", e);
        }
    }

    private static Set<String> readIds(String json) {
        try {
            return json == null ? null : JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The store holds an order that cannot be read", e);
        }
    }
}
