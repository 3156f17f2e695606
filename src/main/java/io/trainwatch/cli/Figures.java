package io.trainwatch.cli;

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
}
