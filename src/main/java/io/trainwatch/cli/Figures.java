package io.trainwatch.cli;

import java.time.Duration;
import java.util.Locale;

/** Figures for people; a dash where one is not known. */
public final class Figures {

    private Figures() {}

    /** {@code 41.5}. */
    static String plain(Double figure) {
        return figure == null ? "-" : String.format(Locale.ROOT, "%.1f", figure);
    }

    /** {@code " 41.5 %"}, as wide as 100 %. */
    public static String percent(Double figure) {
        return figure == null ? "      -" : String.format(Locale.ROOT, "%5.1f %%", figure);
    }

    /** {@code 12 s}, {@code 5 min}, {@code 3 h}: two digits are enough to wait by; {@code now} where it is over. */
    static String rough(Duration left) {
        long seconds = left.toSeconds();
        if (seconds < 1) {
            return "now";
        }
        if (seconds < 100) {
            return seconds + " s";
        }
        if (left.toMinutes() < 100) {
            return left.toMinutes() + " min";
        }
        return left.toHours() < 48 ? left.toHours() + " h" : left.toDays() + " d";
    }
}
