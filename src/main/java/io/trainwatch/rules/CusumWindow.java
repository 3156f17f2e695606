package io.trainwatch.rules;

import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Window.Reading;
import java.time.Instant;
import java.util.Locale;

/**
 * A cumulative sum of how far readings are beyond the limit: far beyond decides soon, a little beyond takes longer, and
 * readings within the limit take back what noise has added.
 *
 * <p>With S = 0 at the start, after each reading S = max(0, S + z), and the sum decides where S &gt; h (E. S. Page,
 * Continuous inspection schemes, Biometrika 41, 1954). A reading counts u = excess / headroom, at least
 * {@link Tuning#least} and at most 1; the headroom is the way from the limit to the most that can be read. Beyond the
 * limit, u grows by {@link Tuning#offset}, so that it tells "is beyond" from "how far"; at the ceiling by another
 * {@link Tuning#atCeiling}, since a reading there was cut off and stands for more. Readings that follow each other resemble
 * each other, so z is what is new in a reading: u less {@link Tuning#resemblance} of the last u (a cumulative sum of
 * residuals; C.-W. Lu and M. R. Reynolds, CUSUM charts for monitoring an autocorrelated process, Journal of Quality
 * Technology 33, 2001). A reading within the limit never adds.
 *
 * <p>Two bounds stand beside the sum: less than {@value #FEWEST} readings beyond the limit among the latest
 * {@value #AMONG} are never a breach, since two in a row may be one hiccup; and {@link Tuning#inARow} in a row always are
 * one, however little they are beyond it.
 *
 * @param headroom in the unit of the readings, more than 0; NaN for the way from the limit to the ceiling, which only
 *     percentages have
 */
public record CusumWindow(Tuning tuning, double headroom) implements Window {

    private static final int FEWEST = 3;
    private static final int AMONG = 5;
    /** An equal reading below the ceiling is news once in so many: two minutes of looks at the usual interval. */
    private static final int EQUAL_IS_NEWS = 8;
    /** Readings over which the share of repeats is averaged. */
    private static final double REPEATS_MEMORY = 16;
    /** An exporter that reads anew more seldom than every fifth look is taken for one that stands still. */
    private static final double MAX_REPEATS = 0.8;

    /**
     * How much it takes. The numbers were found by search; {@code policy noise} shows what they achieve.
     *
     * @param decision the sum above which it is a breach
     * @param knowsRepeats whether a reading that equals the one before to the last digit is no news: an exporter repeats
     *     what it read last until it reads again
     */
    public enum Tuning {
        /** Every reading counts: the window of 0.1.0, by which its recorded looks are judged. */
        PLAIN("", 0.75, 0.25, 0.7, -3, 4.72, 8, false),
        /** For a warning: the numbers of {@link #PLAIN}, with a sum that decides a little sooner. */
        EARLY("early", 0.75, 0.25, 0.7, -3, 4.4, 8, true),
        /**
         * For a cancel: of several thousand sets, the least false ones in 24 hours over all kinds of noise, where a step
         * to two points beyond a limit of 95 is found within 22 readings in the mean, and one to the ceiling within 8.
         */
        LATE("late", 0.6, 0.4, 0.5, -0.7, 12.5, 20, true);

        private final String word;
        private final double offset;
        private final double atCeiling;
        private final double resemblance;
        private final double least;
        private final double decision;
        private final int inARow;
        private final boolean knowsRepeats;

        Tuning(
                String word,
                double offset,
                double atCeiling,
                double resemblance,
                double least,
                double decision,
                int inARow,
                boolean knowsRepeats) {
            this.word = word;
            this.offset = offset;
            this.atCeiling = atCeiling;
            this.resemblance = resemblance;
            this.least = least;
            this.decision = decision;
            this.inARow = inARow;
            this.knowsRepeats = knowsRepeats;
        }
    }

    /** The one that counts every reading and decides soon. */
    public CusumWindow(double headroom) {
        this(Tuning.PLAIN, headroom);
    }

    public CusumWindow {
        if (headroom <= 0) {
            throw new IllegalArgumentException("is not 'cusum' with a headroom of more than 0");
        }
    }

    /** Whether the window can be used for values that have no ceiling. */
    boolean knowsHeadroom() {
        return !Double.isNaN(headroom);
    }

    @Override
    public RuleMemory after(RuleMemory before, Reading reading) {
        RuleMemory known = tuning.knowsRepeats ? countEqual(before, reading) : before;
        if (tuning.knowsRepeats && !isNews(known, reading)) {
            return known;
        }
        double counted = counted(reading);
        double fresh = counted - tuning.resemblance * Math.min(known.last(), 1);
        double sum = Math.max(0, known.sum() + (reading.isOver() ? fresh : Math.min(fresh, 0)));
        Instant since = known.since() == null ? reading.at() : known.since();
        return known.plus(reading.isOver(), reading.at(), sum, counted, sum == 0 && !reading.isOver() ? null : since);
    }

    private static RuleMemory countEqual(RuleMemory before, Reading reading) {
        boolean isEqual = before.best() != null && before.best() == reading.value();
        // At the ceiling readings are equal because they are cut off, which says nothing of the exporter.
        double share = reading.isAtCeiling()
                ? before.repeats()
                : before.repeats() + ((isEqual ? 1 : 0) - before.repeats()) / REPEATS_MEMORY;
        return before.seen(reading.value(), reading.at(), isEqual ? before.run() + 1 : 1, share);
    }

    /** At the ceiling, as often as this exporter has been seen to read anew; below it, seldom. */
    private static boolean isNews(RuleMemory known, Reading reading) {
        int equalBefore = known.run() - 1;
        if (!reading.isAtCeiling()) {
            return equalBefore % EQUAL_IS_NEWS == 0;
        }
        double fresh = 1 - Math.min(known.repeats(), MAX_REPEATS);
        return equalBefore == 0 || Math.floor(known.run() * fresh) > Math.floor(equalBefore * fresh);
    }

    private double counted(Reading reading) {
        double room = knowsHeadroom() ? headroom : reading.headroom();
        // Nothing can be beyond a limit that is the ceiling itself.
        double share = room > 0 ? Math.min(1, Math.max(tuning.least, reading.excess() / room)) : tuning.least;
        if (!reading.isOver()) {
            return share;
        }
        return share + tuning.offset + (share == 1 ? tuning.atCeiling : 0);
    }

    @Override
    public boolean isBroken(RuleMemory memory) {
        boolean decided = memory.sum() > tuning.decision && memory.overAmong(AMONG) >= FEWEST;
        return memory.isOver() && (decided || memory.overAmong(tuning.inARow) == tuning.inARow);
    }

    @Override
    public String evidence(RuleMemory memory) {
        int most = Math.min(tuning.inARow, memory.readings());
        return String.format(
                Locale.ROOT,
                "the sum is %.2f and decides above %s; %d of the latest %d readings were over the limit",
                memory.sum(),
                tuning.decision,
                memory.overAmong(most),
                most);
    }

    @Override
    public String inWords() {
        return tuning == Tuning.LATE
                ? "for some 20 looks, or 8 at the most that can be read"
                : "for some 6 looks, or 3 at the most that can be read";
    }

    @Override
    public String toString() {
        String name = tuning.word.isEmpty() ? "cusum" : "cusum " + tuning.word;
        return knowsHeadroom() ? name + " " + Arguments.plain(headroom) : name;
    }
}
