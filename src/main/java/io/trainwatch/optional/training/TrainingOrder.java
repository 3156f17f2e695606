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
import org.jdbi.v3.core.Handle;

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

    /**
     * What one try changes in the row of its order. Starts as the row was claimed; set what is new, then {@link #commit}.
     *
     * <p>Not thread-safe; belongs to one try.
     */
    static final class Update {

        private final TrainingOrder order;
        private final Instant at;
        private final String project;
        private TrainingOrder.Status status;
        private String job;
        private String message;
        private int requests;
        private boolean inDoubt;
        private Set<String> known;
        private Instant knownUntil;
        private int lists;
        private int failures;
        private Instant failingSince;
        private Instant nextTryAt;
        private Instant leaseUntil = Instant.EPOCH;

        Update(TrainingOrder order, Instant at) {
            this.order = order;
            this.at = at;
            this.project = order.request().project();
            this.status = order.status();
            this.job = order.job();
            this.message = order.message();
            this.requests = order.requests();
            this.inDoubt = order.inDoubt();
            this.known = order.known();
            this.knownUntil = order.knownUntil();
            this.lists = order.lists();
            this.failures = order.failures();
            this.failingSince = order.failingSince();
            this.nextTryAt = at;
        }

        /** A request that may start it is about to be sent. */
        Update sending(NextStep step) {
            requests++;
            inDoubt = true;
            known = step.known();
            knownUntil = step.knownUntil();
            lists = 0;
            return this;
        }

        /** A list told of no new job. */
        Update listed() {
            lists++;
            failures = 0;
            failingSince = null;
            return this;
        }

        Update failed(String what) {
            failures++;
            failingSince = failingSince == null ? at : failingSince;
            message = what;
            return this;
        }

        Update started(String startedJob) {
            status = TrainingOrder.Status.STARTED;
            job = startedJob;
            message = null;
            inDoubt = false;
            return this;
        }

        Update givenUp(String why) {
            status = TrainingOrder.Status.GIVEN_UP;
            message = why;
            return this;
        }

        Update nextTryAt(Instant next) {
            nextTryAt = next;
            return this;
        }

        /** Keeps the lease until then: the try goes on after the commit. */
        Update keepLease(Instant until) {
            leaseUntil = until;
            return this;
        }

        int failures() {
            return failures;
        }

        Instant failingSince() {
            return failingSince;
        }

        /**
         * Writes the row in the caller's transaction.
         *
         * @throws StaleTry where another process has claimed the order since, which rolls the transaction back
         */
        void commit(Handle handle, Store store, String node) {
            int rows = handle.createUpdate(store.sql(Update.class, "commit"))
                    .bind("project", project)
                    .bind("status", status.name())
                    .bind("job", job)
                    .bind("message", message)
                    .bind("requests", requests)
                    .bind("inDoubt", inDoubt ? 1 : 0)
                    .bind("known", TrainingOrder.writeIds(known))
                    .bind("knownUntil", Store.millis(knownUntil))
                    .bind("lists", lists)
                    .bind("failures", failures)
                    .bind("failingSince", Store.millis(failingSince))
                    .bind("nextTryAt", nextTryAt.toEpochMilli())
                    .bind("leaseUntil", leaseUntil.toEpochMilli())
                    .bind("id", order.id())
                    .bind("fence", order.fence())
                    .bind("node", node)
                    .execute();
            if (rows == 0) {
                throw new StaleTry(order.id());
            }
        }

        /** Another process has claimed the order: what this one found is dropped. */
        static final class StaleTry extends RuntimeException {
            StaleTry(long order) {
                super("The lease on order " + order + " has passed to another process", null, false, false);
            }
        }
    }
}
