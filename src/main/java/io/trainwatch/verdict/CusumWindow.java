package io.trainwatch.verdict;

import io.trainwatch.status.RuleMemory;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * A cumulative sum of how far readings are beyond the limit: far beyond decides soon, a little beyond takes longer, and
 * readings within the limit take back what noise has added.
 *
 * <p>With S = 0 at the start, after each reading S = max(0, S + z), and the sum decides where S &gt; h (E. S. Page,
 * Continuous inspection schemes, Biometrika 41, 1954). A reading counts u = excess / headroom, at least -3 and at most 1;
 * the headroom is the way from the limit to the most that can be read. Beyond the limit, u grows by k = {@value #OFFSET}, so that
 * it tells "is beyond" from "how far"; at the ceiling by another {@value #AT_CEILING}, since a reading there was cut off
 * and stands for more. Readings that follow each other resemble each other, so z is what is new in a reading: u less
 * {@value #RESEMBLANCE} of the last u (a cumulative sum of residuals; C.-W. Lu and M. R. Reynolds, CUSUM charts for
 * monitoring an autocorrelated process, Journal of Quality Technology 33, 2001). A reading within the limit never adds.
 *
 * <p>Two bounds stand beside the sum: less than {@value #FEWEST} readings beyond the limit among the latest
 * {@value #AMONG} are never a breach, since two in a row may be one hiccup; and {@value #IN_A_ROW} in a row always are one,
 * however little they are beyond it.
 *
 * <p>k, h = {@value #DECISION} and the other numbers were chosen by search: of several hundred sets, each with the h that
 * cancels 0.185 % of 300,000 healthy jobs whose readings are correlated by one half, they found a true step soonest.
 * {@link NoiseTrial} shows what they achieve. A test that knew the mean, the deviation, the correlation and the size of the
 * step beforehand would save about a sixth of a reading.
 *
 * @param headroom in the unit of the readings, more than 0; NaN for the way from the limit to the ceiling, which only
 *     percentages have
 */
public record CusumWindow(double headroom) implements Window {

    private static final double OFFSET = 0.75;
    private static final double AT_CEILING = 0.25;
    private static final double RESEMBLANCE = 0.7;
    private static final double LEAST = -3;
    private static final double DECISION = 4.72;
    private static final int FEWEST = 3;
    private static final int AMONG = 5;
    private static final int IN_A_ROW = 8;

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
        double counted = counted(reading);
        double fresh = counted - RESEMBLANCE * Math.min(before.last(), 1);
        double sum = Math.max(0, before.sum() + (reading.isOver() ? fresh : Math.min(fresh, 0)));
        RuleMemory after = before.plus(reading.isOver(), reading.at()).sum(sum, counted);
        if (sum == 0 && !reading.isOver()) {
            return after.since(null);
        }
        return after.since() == null ? after.since(reading.at()) : after;
    }

    private double counted(Reading reading) {
        double room = knowsHeadroom() ? headroom : reading.headroom();
        // Nothing can be beyond a limit that is the ceiling itself.
        double share = room > 0 ? Math.min(1, Math.max(LEAST, reading.excess() / room)) : LEAST;
        if (!reading.isOver()) {
            return share;
        }
        return share + OFFSET + (share == 1 ? AT_CEILING : 0);
    }

    @Override
    public boolean isBroken(RuleMemory memory) {
        boolean decided = memory.sum() > DECISION && memory.overAmong(AMONG) >= FEWEST;
        return memory.isOver() && (decided || memory.overAmong(IN_A_ROW) == IN_A_ROW);
    }

    @Override
    public String evidence(RuleMemory memory) {
        int most = Math.min(IN_A_ROW, memory.readings());
        return String.format(
                Locale.ROOT,
                "the sum is %.2f and decides above %s; %d of the latest %d readings were over the limit",
                memory.sum(),
                DECISION,
                memory.overAmong(most),
                most);
    }

    @Override
    public String toString() {
        if (!knowsHeadroom()) {
            return "cusum";
        }
        return "cusum "
                + new BigDecimal(Double.toString(headroom)).stripTrailingZeros().toPlainString();
    }
}
