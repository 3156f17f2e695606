package io.trainwatch.job;

import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Values at the edges of what their types can hold, for tests of what is written and read again. */
public final class Extremes {

    private static final List<Double> NUMBERS = List.of(
            0.0,
            -0.0,
            1.0,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            1.7e308,
            -1.7e308,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            0.1 + 0.2,
            1e16,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);

    private static final List<Instant> INSTANTS = List.of(
            Instant.MIN,
            Instant.MAX,
            Instant.EPOCH,
            Instant.EPOCH.minusNanos(1),
            Instant.parse("0000-01-01T00:00:00Z"),
            Instant.parse("9999-12-31T23:59:59.999999999Z"),
            Instant.parse("2026-03-01T12:00:00.123456789Z"),
            Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000_000L, 999_999_999),
            Instant.ofEpochMilli(Long.MIN_VALUE),
            Instant.ofEpochMilli(Long.MAX_VALUE));

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "loss",
            "\"quoted\\\"",
            "null",
            "\u0000\u0001\u001B[31m",
            "a\r\nb\tc",
            "\u0085\u2028\u2029\u202E\uFEFF",
            "\uD83D\uDE00",
            "\uD83D",
            "\uDE00\uD83D",
            "é\u0301ﬁ\uFFFF",
            "x".repeat(20_000));

    private Extremes() {}

    public static double number(Random random) {
        return random.nextInt(4) == 0
                ? Double.longBitsToDouble(random.nextLong())
                : NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    public static Instant instant(Random random) {
        return INSTANTS.get(random.nextInt(INSTANTS.size()));
    }

    public static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
