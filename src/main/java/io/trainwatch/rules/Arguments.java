package io.trainwatch.rules;

import java.math.BigDecimal;
import java.time.Duration;

/** What a policy says, checked; and what counts where it says nothing. */
final class Arguments {

    private Arguments() {}

    static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static void percent(String what, double value) {
        if (!(value >= 0 && value <= 100)) {
            throw new IllegalArgumentException(what + " must be 0 to 100 percent, not " + value);
        }
    }

    static void notNegative(String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " must be a number of 0 or more, not " + value);
        }
    }

    static void finite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(what + " must be a finite number, not " + value);
        }
    }

    static void positive(String what, Duration value) {
        if (value == null || value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be more than 0, not " + value);
        }
    }

    static void named(String what, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(what + " must name a metric");
        }
    }

    /** As a person writes it. */
    static String plain(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    static String plain(Duration duration) {
        return plain(seconds(duration)) + " s";
    }
}
