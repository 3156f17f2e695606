package io.trainwatch.webhook;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.Journal;
import io.trainwatch.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** What a person can see and do about events that did not arrive; works beside a running service. Thread-safe. */
public final class Undelivered {

    /** The states in which a delivery is not with its target. */
    public enum State {
        PENDING,
        DEAD
    }

    /**
     * Who wants it, and why, for the audit.
     *
     * @param why empty where nobody said
     */
    public record Wish(String by, String why) {

        /** Of whoever has a shell on the machine. */
        public static final Wish OF_COMMAND = new Wish("command", "");

        String inWords() {
            return by + (why.isEmpty() ? "" : ": " + why);
        }
    }

    private final Store store;
    private final DeliveryAudit audit;
    private final InstantSource clock;

    public Undelivered(Store store, Journal journal, InstantSource clock) {
        this.store = store;
        this.audit = new DeliveryAudit(journal);
        this.clock = clock;
    }

    /** The oldest, so many at most. */
    public List<EventList.EventDelivery> list(State state, int most) {
        return store.read(
                handle -> EventList.EventDelivery.inState(handle, state.name().toLowerCase(Locale.ROOT), most));
    }

    /** How all targets do that ever were configured. */
    public List<TargetState> targets() {
        return store.read(TargetStates::all);
    }

    /**
     * Has the event sent again, with the same id and bytes, to every target that it was meant for; attempts are counted
     * anew. An attempt that is under way meanwhile counts for nothing. Later events of the job, which may wait for this
     * one, are due behind it.
     *
     * @return the targets; none where there is no such event
     */
    public List<String> replay(String eventId, Wish wish) {
        Instant now = clock.instant();
        return store.transaction(handle -> {
            List<String> targets = handle.createQuery("update delivery set status = 'pending', attempts = 0,"
                            + " next_attempt_at = :now, settled_at = null, lease_owner = '', lease_until = 0,"
                            + " fence = fence + 1 where event_seq = (select seq from event where id = :id)"
                            + " returning target")
                    .bind("now", now.toEpochMilli())
                    .bind("id", eventId)
                    .mapTo(String.class)
                    .list();
            if (!targets.isEmpty()) {
                String job = handle.createQuery("select job from event where id = :id")
                        .bind("id", eventId)
                        .mapTo(String.class)
                        .one();
                targets.forEach(target -> {
                    makeLaterDue(handle, job, eventId, target, now);
                    audit.replayed(handle, job, eventId, target, wish, now);
                });
            }
            return targets;
        });
    }

    private static void makeLaterDue(Handle handle, String job, String eventId, String target, Instant now) {
        handle.createUpdate("update delivery set next_attempt_at = :now where job = :job and target = :target"
                        + " and status = 'pending' and next_attempt_at > :now"
                        + " and event_seq > (select seq from event where id = :id)")
                .bind("now", now.toEpochMilli())
                .bind("job", job)
                .bind("target", target)
                .bind("id", eventId)
                .execute();
    }

    /** Sends a target events again that was disabled; those that wait are due at once. False where it was not. */
    public boolean enable(String target, Wish wish) {
        Instant now = clock.instant();
        return store.transaction(handle -> {
            boolean enabled = TargetStates.enable(handle, target, now);
            if (enabled) {
                audit.ofTarget(handle, AuditAction.WEBHOOK_ENABLED, target, wish, now);
            }
            return enabled;
        });
    }

    /**
     * Takes a target out of service: it is sent nothing until it is enabled, and what comes meanwhile is kept for it. An
     * attempt under way comes to its end. False where it is sent nothing already.
     */
    public boolean disable(String target, Wish wish) {
        Instant now = clock.instant();
        return store.transaction(handle -> {
            boolean disabled = TargetStates.disable(handle, target, "by hand (" + wish.inWords() + ")", now);
            if (disabled) {
                audit.ofTarget(handle, AuditAction.WEBHOOK_DISABLED, target, wish, now);
            }
            return disabled;
        });
    }

    /** Records that a target was sent a test event. */
    public void tested(String target, TestDelivery sent, Wish wish) {
        store.transaction(handle -> {
            audit.tested(handle, target, sent, wish, clock.instant());
            return null;
        });
    }
}
