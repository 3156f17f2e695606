package io.trainwatch.cli;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.watch.Phase;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how the watched jobs come on: a bar each on a terminal, else a line when a state changes. */
public abstract class Progress implements AutoCloseable {

    /** More bars than this do not fit on a terminal. */
    private static final int MOST_BARS = 20;

    /** @param names of the rows that will be shown, in their order */
    static Progress on(PrintWriter out, List<String> names, boolean plain) {
        boolean terminal = System.console() != null && System.getenv("TERM") != null;
        return terminal && !plain && names.size() <= MOST_BARS ? new Bars(names) : new Lines(out);
    }

    /** Shows nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            protected void show(List<Watching.Row> rows) {
                // Somebody else does.
            }
        };
    }

    protected abstract void show(List<Watching.Row> rows);

    @Override
    public void close() {}

    private static String stateOf(Watching.Row row) {
        if (row.outcome() == Watching.Outcome.UNKNOWN) {
            return "UNKNOWN";
        }
        return row.job() == null || row.job().state() == null
                ? "-"
                : row.job().state().name();
    }

    private static long percentOf(Watching.Row row) {
        Double progress = row.job() == null ? null : row.job().observed().lastProgress();
        return progress == null ? 0 : Math.round(progress);
    }

    /** When it is expected to end; empty where nobody can know. */
    private static String endOf(Watching.Row row) {
        ExpectedEnd end = row.job() == null || row.job().phase() == Phase.ENDED
                ? null
                : row.job().observed().expectedEnd();
        return end == null ? "" : "ends " + seconds(end.from()) + " to " + seconds(end.to());
    }

    private static Instant seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    private static final class Lines extends Progress {
        private final PrintWriter out;
        private final Map<String, String> shown = new LinkedHashMap<>();

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        protected void show(List<Watching.Row> rows) {
            for (Watching.Row row : rows) {
                String state = stateOf(row);
                String end = endOf(row);
                String news = end.isEmpty() ? state : state + " with an end";
                if (!"-".equals(state) && !news.equals(shown.put(row.id(), news))) {
                    String why = row.why() == null ? "" : "  " + row.why();
                    out.println(row.id() + "  " + state + "  " + percentOf(row) + " %"
                            + (end.isEmpty() ? "" : "  " + end) + why);
                    out.flush();
                }
            }
        }
    }

    private static final class Bars extends Progress {
        private final List<ProgressBar> bars = new ArrayList<>();
        /** Bars are drawn past it, on the terminal itself. */
        private final HeldLines log = new HeldLines();

        Bars(List<String> names) {
            for (String name : names) {
                bars.add(new ProgressBarBuilder()
                        .setTaskName(name)
                        .setInitialMax(100)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .hideEta()
                        .build());
            }
        }

        @Override
        protected void show(List<Watching.Row> rows) {
            for (int i = 0; i < rows.size(); i++) {
                bars.get(i).stepTo(percentOf(rows.get(i)));
                bars.get(i).setExtraMessage((stateOf(rows.get(i)) + "  " + endOf(rows.get(i))).strip());
            }
        }

        @Override
        public void close() {
            bars.forEach(ProgressBar::close);
            bars.clear();
            log.close();
        }
    }

    /** Keeps what is written to standard error while bars stand there, and prints it below them at the end. Thread-safe. */
    static final class HeldLines implements AutoCloseable {

        /** What comes later is counted only. */
        private static final int MAX_BYTES = 64 * 1024;

        private final PrintStream real = System.err;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private long left;

        HeldLines() {
            System.setErr(new PrintStream(
                    new OutputStream() {
                        @Override
                        public void write(int one) {
                            hold(new byte[] {(byte) one}, 0, 1);
                        }

                        @Override
                        public void write(byte[] bytes, int from, int count) {
                            hold(bytes, from, count);
                        }
                    },
                    true,
                    Charset.defaultCharset()));
        }

        private synchronized void hold(byte[] bytes, int from, int count) {
            int taken = Math.min(count, MAX_BYTES - held.size());
            held.write(bytes, from, taken);
            left += count - taken;
        }

        @Override
        public synchronized void close() {
            System.setErr(real);
            real.write(held.toByteArray(), 0, held.size());
            if (left > 0) {
                real.println("… and " + left + " bytes more, which are not kept");
            }
            real.flush();
            held.reset();
            left = 0;
        }
    }
}
