package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many readings over a limit make a breach. Written {@code 4 of 5}, {@code 3m}, {@code cusum}, {@code cusum early} or
 * {@code cusum late}.
 *
 * <p>Every window keeps two promises, whatever its parameters: a reading within the limit is never a breach, and readings
 * that were all within the limit never add up to one.
 */
public sealed interface Window permits CountWindow, TimeWindow, CusumWindow {

    /** The tutorial's: a single reading. Cancels more than nine in ten healthy jobs where readings are noisy. */
    Window SINGLE = new CountWindow(1, 1);

    /** What counts where a rule is made without one. */
    Window DEFAULT = new CusumWindow(Double.NaN);

    /** What warns of a percentage where a policy says no other. */
    Window EARLY = new CusumWindow(CusumWindow.Tuning.EARLY, Double.NaN);

    /** What cancels for a percentage where a policy says no other. */
    Window LATE = new CusumWindow(CusumWindow.Tuning.LATE, Double.NaN);

    /** What is known after one more reading. */
    RuleMemory after(RuleMemory before, Reading reading);

    /** Whether the readings, of which the latest is over the limit, are a breach. */
    boolean isBroken(RuleMemory memory);

    /** What the memory holds of the readings that {@link #isBroken} goes by, for people. */
    String evidence(RuleMemory memory);

    /** How long a value has to be over the limit, for people: ends the sentence "is over the limit …". */
    String inWords();

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException with a message that ends the sentence "'…' …"
     */
    @JsonCreator
    static Window parse(String text) {
        Matcher count = Text.COUNT.matcher(text.strip());
        if (count.matches()) {
            return new CountWindow(Integer.parseInt(count.group(1)), Integer.parseInt(count.group(2)));
        }
        Matcher time = Text.TIME.matcher(text.strip());
        if (time.matches()) {
            return new TimeWindow(Duration.parse("PT" + time.group(1) + time.group(2)));
        }
        Matcher cusum = Text.CUSUM.matcher(text.strip());
        if (cusum.matches()) {
            String tuning = cusum.group(1) == null ? "PLAIN" : cusum.group(1).toUpperCase(Locale.ROOT);
            return new CusumWindow(
                    CusumWindow.Tuning.valueOf(tuning),
                    cusum.group(2) == null ? Double.NaN : Double.parseDouble(cusum.group(2)));
        }
        throw new IllegalArgumentException("is none of '4 of 5', '3m', 'cusum', 'cusum early' and 'cusum late'");
    }

    /** The form that {@link #parse} reads. */
    @JsonValue
    @Override
    String toString();

    /** The forms in which a window is written. */
    final class Text {
        private static final Pattern COUNT = Pattern.compile("(\\d{1,3}) +of +(\\d{1,3})");
        private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh])");
        private static final Pattern CUSUM =
                Pattern.compile("cusum(?: +(early|late))?(?: +(\\d{1,9}(?:\\.\\d{1,9})?))?");

        private Text() {}
    }
}
