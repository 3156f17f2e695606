package io.trainwatch.optional.history;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.optional.history.LookLine.Form;
import io.trainwatch.optional.history.LookWriter.SampleWindow;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.optional.history.RecordedLook.Known;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Policy;
import io.trainwatch.store.Store;
import io.trainwatch.watch.ActionTaken;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.LookRecorder;
import io.trainwatch.watch.Phase;
import io.trainwatch.watch.WatchedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Records valid looks, so that policies can be tried on them later.
 *
 * <p>A look is recorded with what it showed that the look before did not. Every {@value #WHOLE_EVERY}th of a job, and each
 * whose predecessor this process does not know, is recorded as a whole, with what was known before it: there a replay can
 * begin where the retention has cut off the beginning. Thread-safe.
 */
public final class History implements LookRecorder {

    private static final int WHOLE_EVERY = 500;
    private static final long USED_EVERY_MILLIS = Duration.ofHours(1).toMillis();

    private final Store store;
    private final boolean on;
    private final UsedPolicies policies = new UsedPolicies();
    private final LastShown lastShown = new LastShown();
    private final LookWriter writer = new LookWriter(Form.STORE);

    /**
     * A look in the form in which it is recorded, until its transaction is over.
     *
     * @param sinceWhole how many looks ago one was recorded as a whole; 0 where this one is
     */
    private record PreparedLook(
            RecordedLook look, SampleWindow samples, String text, UsedPolicies.Used policy, int sinceWhole)
            implements Recording {}

    /** @param on whether looks are recorded at all */
    public History(Store store, boolean on) {
        this.store = store;
        this.on = on;
    }

    @Override
    public Optional<Recording> prepare(Look look, Decision decision, ActionTaken action) {
        if (!on) {
            return Optional.empty();
        }
        WatchedJob job = look.job();
        Observed before = job.observed();
        JobStatus status = decision.status();
        LastShown.Shown base = lastShown.find(job.id(), job.epoch(), before.looks());
        boolean whole = base == null || base.sinceWhole() >= WHOLE_EVERY;
        UsedPolicies.Used policy = policies.of(decision.policy().policy());
        RecordedLook recorded = new RecordedLook(
                job.id(),
                job.epoch(),
                job.fence(),
                before.looks() + 1,
                decision.at(),
                news(status, whole ? null : before),
                job.phase() == Phase.STOPPING,
                decision.isFollowed(),
                policy.hash(),
                Decided.of(decision),
                action,
                whole && isAnythingKnown(before) ? new Known(job.state(), before.withoutSamples()) : null);
        SampleWindow samples = SampleWindow.of(status.metrics());
        String text = writer.write(recorded, samples, whole ? SampleWindow.EMPTY : base.window());
        return Optional.of(new PreparedLook(recorded, samples, text, policy, whole ? 0 : base.sinceWhole() + 1));
    }

    /** Before the first look, too, other jobs of the project may have shown something. */
    private static boolean isAnythingKnown(Observed before) {
        return before.looks() > 0 || !before.rules().isEmpty();
    }

    /** The status without the times that were known before: told again, they change nothing. */
    private static JobStatus news(JobStatus status, Observed before) {
        if (before == null) {
            return status;
        }
        return status.withTimes(
                unless(status.startedAt(), before.startedAt()), unless(status.completedAt(), before.completedAt()));
    }

    private static Instant unless(Instant told, Instant known) {
        return told == null || told.equals(known) ? null : told;
    }

    @Override
    public void write(Handle handle, Collection<Recording> recordings) {
        if (recordings.isEmpty()) {
            return;
        }
        List<PreparedLook> all = prepared(recordings);
        writePolicies(handle, all);
        int[] rows = insert(handle, all);
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == 0) {
                writeJob(handle, all.get(i).look());
                insert(handle, List.of(all.get(i)));
            }
        }
    }

    private int[] insert(Handle handle, List<PreparedLook> recordings) {
        PreparedBatch batch = handle.prepareBatch(store.sql(History.class, "insert-look"));
        for (PreparedLook recording : recordings) {
            batch.bind("job", recording.look().job())
                    .bind("epoch", recording.look().epoch())
                    .bind("fence", recording.look().fence())
                    .bind("at", recording.look().at().toEpochMilli())
                    .bind("look", recording.text())
                    .add();
        }
        return batch.execute();
    }

    private static void writeJob(Handle handle, RecordedLook look) {
        handle.createUpdate("insert into recorded_job (job, epoch) values (:job, :epoch)"
                        + " on conflict (job, epoch) do nothing")
                .bind("job", look.job())
                .bind("epoch", look.epoch())
                .execute();
    }

    private void writePolicies(Handle handle, List<PreparedLook> recordings) {
        Map<String, PreparedLook> used = new LinkedHashMap<>();
        for (PreparedLook recording : recordings) {
            if (isUseToTell(recording)) {
                used.put(recording.policy().hash(), recording);
            }
        }
        used.forEach((hash, recording) -> handle.createUpdate(store.sql(History.class, "use-policy"))
                .bind("hash", hash)
                .bind("definition", recording.policy().definition())
                .bind("at", recording.look().at().toEpochMilli())
                .execute());
    }

    private static boolean isUseToTell(PreparedLook recording) {
        long told = recording.policy().recordedAt();
        return told == Long.MIN_VALUE || recording.look().at().toEpochMilli() - told > USED_EVERY_MILLIS;
    }

    /** This is the only one who prepares what it is given. */
    private static List<PreparedLook> prepared(Collection<Recording> recordings) {
        return recordings.stream().map(PreparedLook.class::cast).toList();
    }

    @Override
    public void committed(Collection<Recording> recordings) {
        for (PreparedLook recording : prepared(recordings)) {
            RecordedLook look = recording.look();
            if (isUseToTell(recording)) {
                recording.policy().recorded(look.at().toEpochMilli());
            }
            if (look.followed()) {
                lastShown.put(look.job(), look.epoch(), look.number(), recording.sinceWhole(), recording.samples());
            } else {
                lastShown.forget(look.job());
            }
        }
    }

    /**
     * What the committed looks of this process have shown last, by job. Forgets those that were not looked at for the longest
     * time; then, as after a restart, the next look at the job is recorded as a whole. Thread-safe.
     */
    private static final class LastShown {

        /** Some 500 bytes each. */
        private static final int MOST = 20_000;

        private final Map<String, Shown> byJob = new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Shown> eldest) {
                return size() > MOST;
            }
        };

        /** @param sinceWhole how many looks ago one was recorded as a whole */
        private record Shown(int epoch, long number, int sinceWhole, SampleWindow window) {}

        /** What the look with this number has shown; {@code null} where this process does not know. */
        synchronized Shown find(String job, int epoch, long number) {
            Shown shown = byJob.get(job);
            return shown == null || shown.epoch != epoch || shown.number != number ? null : shown;
        }

        synchronized void put(String job, int epoch, long number, int sinceWhole, SampleWindow window) {
            byJob.put(job, new Shown(epoch, number, sinceWhole, window));
        }

        synchronized void forget(String job) {
            byJob.remove(job);
        }
    }

    /** The policies that looks are judged by, each written and hashed once. Thread-safe. */
    private static final class UsedPolicies {

        /** Policies come and go with their files; what is forgotten is only written and hashed again. */
        private static final int MOST = 1_000;

        /** By identity: comparing rules would cost more than judging by them. */
        private final Map<Policy, Used> known = Collections.synchronizedMap(new IdentityHashMap<>());

        Used of(Policy policy) {
            Used used = known.get(policy);
            if (used == null) {
                if (known.size() >= MOST) {
                    known.clear();
                }
                String definition = PolicyJson.write(policy);
                used = new Used(PolicyJson.hash(definition), definition);
                known.put(policy, used);
            }
            return used;
        }

        /** A policy in the form in which it is recorded. */
        static final class Used {
            private final String hash;
            private final String definition;
            private volatile long recordedAt = Long.MIN_VALUE;

            Used(String hash, String definition) {
                this.hash = hash;
                this.definition = definition;
            }

            String hash() {
                return hash;
            }

            String definition() {
                return definition;
            }

            /** Unix milliseconds of when the store was last told that it is used. */
            long recordedAt() {
                return recordedAt;
            }

            void recorded(long at) {
                recordedAt = at;
            }
        }
    }
}
