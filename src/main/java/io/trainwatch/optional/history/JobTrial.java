package io.trainwatch.optional.history;

import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.history.JobFinding.Outcome;
import io.trainwatch.optional.history.JobFinding.Outcome.Kind;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.optional.history.RecordedLook.Known;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Judge;
import io.trainwatch.watch.ActionTaken;
import java.time.Instant;

/**
 * Judges the recorded looks of one job again, in their order, going on from what its own judgements leave behind as the
 * pipeline does between two looks. Not thread-safe.
 */
final class JobTrial {

    private final String job;
    private final int epoch;
    private final PolicyTrial.Tried tried;
    private final boolean live;
    private Known known;
    private long looks;
    private long skipped;
    private boolean cut;
    private long gaps;
    private Outcome now = Outcome.LEFT;
    private Outcome then = Outcome.LEFT;
    private JobFinding.Mismatch mismatch;
    private long mismatches;
    private boolean endedWell;
    private Instant first;
    private Instant last;

    /**
     * @param tried {@code null} where each look is judged by the policy that it was judged by, to be compared with what was
     *     decided
     */
    JobTrial(String job, int epoch, PolicyTrial.Tried tried) {
        this.job = job;
        this.epoch = epoch;
        this.tried = tried;
        this.live = tried == null;
    }

    boolean isAbout(RecordedLook look) {
        return epoch == look.epoch() && job.equals(look.job());
    }

    /**
     * Judges the next look.
     *
     * @throws IllegalArgumentException where it does not follow those before
     */
    void see(RecordedLook look, Judge judge) {
        now = now.next(happened(look), look, look.decided());
        first = first == null ? look.at() : first;
        last = look.at();
        endedWell = look.status().state() == TrainingState.COMPLETED;
        if (!begin(look)) {
            skipped++;
            return;
        }
        looks++;
        Observed observed = known.observed().after(look.status().withoutMetrics(), look.at());
        Decision decision = judge.judge(look.status(), known.state(), observed, look.at());
        Decided decided = Decided.of(decision);
        if (live && !decided.equals(look.decided())) {
            differs(look, look.decided().toString(), decided.toString());
        }
        then = then.next(follows(look, decided), look, decided);
        if (look.followed()) {
            known = new Known(look.status().state(), decision.observed());
        }
    }

    private static Kind happened(RecordedLook look) {
        return switch (look.act()) {
            case CANCEL -> Kind.CANCELLED;
            case REPORT -> Kind.REPORTED;
            case NONE -> Kind.LEFT;
        };
    }

    private Kind follows(RecordedLook look, Decided decided) {
        if (!decided.isBreach()) {
            return Kind.LEFT;
        }
        // What kept the service from cancelling the job at this look would have kept it from doing so by another
        // policy.
        boolean withheld = look.decided().cancel() && look.act() != ActionTaken.CANCEL && !look.stopping();
        return decided.cancel() && !withheld && (live || !tried.withholds(job, look.at()))
                ? Kind.CANCELLED
                : Kind.REPORTED;
    }

    /** Sees to it that what is known is what was known before the look; says whether that can be. */
    private boolean begin(RecordedLook look) {
        Known before = look.before();
        if (known == null) {
            cut |= look.number() > 1;
            known = look.number() <= 1 && before == null ? Known.NOTHING : before;
            return known != null;
        }
        long expected = known.observed().looks() + 1;
        if (look.number() != 0 && look.number() != expected) {
            if (look.number() < expected || before == null) {
                throw new IllegalArgumentException("look " + look.number() + " of " + job + " stands where look "
                        + expected + " should: the looks of a job must stand together, all of them, in their order");
            }
            gaps++;
            known = live
                    ? before
                    : new Known(
                            before.state(),
                            before.observed().remembering(known.observed().rules()));
        } else if (live && before != null) {
            compare(look, before);
        }
        return true;
    }

    private void compare(RecordedLook look, Known before) {
        String recorded = text(before);
        String replayed = text(new Known(known.state(), known.observed().withoutSamples()));
        if (!recorded.equals(replayed)) {
            differs(look, recorded, replayed);
            known = before;
        }
    }

    private static String text(Known known) {
        return "known before: " + known.state() + " " + known.observed().toJson();
    }

    private void differs(RecordedLook look, String recorded, String replayed) {
        mismatches++;
        if (mismatch == null) {
            mismatch = new JobFinding.Mismatch(look.number(), look.at(), recorded, replayed);
        }
    }

    JobFinding finding() {
        return new JobFinding(
                job, epoch, looks, skipped, cut, gaps, now, then, mismatch, mismatches, endedWell, first, last);
    }
}
