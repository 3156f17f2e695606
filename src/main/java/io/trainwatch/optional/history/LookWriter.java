package io.trainwatch.optional.history;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.SampleHash;
import io.trainwatch.optional.history.LookLine.Before;
import io.trainwatch.optional.history.LookLine.Form;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.watch.ActionTaken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes recorded looks as JSON, one object each. Thread-safe. */
final class LookWriter {

    static final String PERCENT = "percent";

    private final Form form;

    LookWriter(Form form) {
        this.form = form;
    }

    /**
     * The look as one line, without its end.
     *
     * @param shown the samples of the look before, where this one is to refer to them
     */
    String write(RecordedLook look, SampleWindow shown) {
        return write(look, SampleWindow.of(look.status().metrics()), shown);
    }

    /** @param samples those of this look */
    String write(RecordedLook look, SampleWindow samples, SampleWindow shown) {
        boolean exported = form == Form.EXPORT;
        JobStatus status = look.status();
        ResourceUtilization used = status.resourceUtilization();
        Decided decided = look.decided();
        return new LookLine(
                        exported ? look.job() : null,
                        exported ? look.epoch() : null,
                        exported ? look.fence() : null,
                        look.number(),
                        look.at(),
                        status.state(),
                        status.progressPercent(),
                        used.cpuUsage(),
                        used.memoryUsage(),
                        used.gpuMemoryUsed(),
                        status.startedAt(),
                        status.completedAt(),
                        flag(status.cancelling()),
                        status.metrics().isEmpty() ? null : metrics(status.metrics(), samples.hashes(), shown),
                        flag(look.stopping()),
                        look.followed() ? null : false,
                        look.policy(),
                        exported || !decided.outcome().equals(Decided.RUNNING) ? decided.outcome() : null,
                        flag(decided.cancel()),
                        decided.isBreach() ? decided.found() : null,
                        look.act() == ActionTaken.NONE ? null : look.act(),
                        look.before() == null ? null : Before.of(look.before()),
                        null,
                        null)
                .in(form);
    }

    private static Boolean flag(boolean value) {
        return value ? true : null;
    }

    private static List<List<Object>> metrics(List<Metric> samples, long[] hashes, SampleWindow shown) {
        List<List<Object>> items = new ArrayList<>();
        int likely = 0;
        for (int i = 0; i < hashes.length; ) {
            int from = shown.indexOf(hashes[i], likely);
            int run = 0;
            while (from >= 0
                    && i + run < hashes.length
                    && from + run < shown.hashes().length
                    && shown.hashes()[from + run] == hashes[i + run]) {
                run++;
            }
            if (run > 0) {
                items.add(List.of(from, run));
                likely = from + run;
                i += run;
            } else {
                items.add(item(samples.get(i++)));
            }
        }
        return items;
    }

    private static List<Object> item(Metric sample) {
        return PERCENT.equals(sample.unit())
                ? List.of(sample.timestamp(), sample.name(), sample.value())
                : List.of(sample.timestamp(), sample.name(), sample.value(), sample.unit());
    }

    /**
     * The samples that a look showed, by hashes: enough to tell which of them the next look shows again.
     *
     * <p>A tenant shows the same fifty samples again and again, of which one or two are new; only those are recorded, and for
     * the others where they stood in the look before.
     *
     * @param hashes in the order in which the tenant told the samples
     */
    record SampleWindow(long[] hashes) {

        static final SampleWindow EMPTY = new SampleWindow(new long[0]);

        static SampleWindow of(List<Metric> samples) {
            long[] hashes = new long[samples.size()];
            for (int i = 0; i < hashes.length; i++) {
                Metric sample = samples.get(i);
                hashes[i] = SampleHash.with(SampleHash.of(sample), sample.unit());
            }
            return new SampleWindow(hashes);
        }

        /**
         * Where the sample stands.
         *
         * @param likely where to look first
         * @return -1 where it does not
         */
        int indexOf(long hash, int likely) {
            if (likely < hashes.length && hashes[likely] == hash) {
                return likely;
            }
            for (int i = 0; i < hashes.length; i++) {
                if (hashes[i] == hash) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SampleWindow window && Arrays.equals(hashes, window.hashes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(hashes);
        }

        @Override
        public String toString() {
            return hashes.length + " samples";
        }
    }
}
