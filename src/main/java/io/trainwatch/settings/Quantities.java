package io.trainwatch.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of values that are a number, mostly of something. */
public final class Quantities {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS_OF_TIME = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final String DURATION_FORM = "Write a number with a unit, such as 250ms, 15s, 2m, 1h or 7d.";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
    private static final Map<String, Long> UNITS_OF_SIZE =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final String SIZE_FORM = "Write a number with a unit, such as 512KiB or 1MiB.";

    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,9}");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final int MAX_PORT = 65_535;

    private Quantities() {}

    /** A time with a unit, or in ISO-8601 ({@code PT15S}). Written as milliseconds, which every Camel option takes. */
    public static ValueType<Duration> duration(String min, String max) {
        Duration shortest = parseDuration(min);
        Duration longest = parseDuration(max);
        return ValueType.of(
                "duration, " + min + " to " + max,
                text -> {
                    Duration value = parseDuration(text);
                    if (value.compareTo(shortest) < 0 || value.compareTo(longest) > 0) {
                        throw outOfBounds(min, max);
                    }
                    return value;
                },
                value -> Long.toString(value.toMillis()));
    }

    /**
     * Reads a duration as the settings write it: a number and a unit, such as {@code 90s} or {@code 2h}.
     *
     * @throws UnreadableValue where the text is something else
     */
    public static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            return UNITS_OF_TIME.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
        }
        if (INTEGER.matcher(text).matches()) {
            String example = text.startsWith("-") ? "15" : text;
            throw new UnreadableValue(
                    "has no unit",
                    "Write " + example + "s for seconds, " + example + "ms for milliseconds, or use m, h or d.");
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new UnreadableValue("is not a duration", DURATION_FORM);
        }
    }

    /** Bytes with a unit. Written as a plain number of bytes. */
    public static ValueType<Long> size(String min, String max) {
        long smallest = parseSize(min);
        long largest = parseSize(max);
        return ValueType.of("size, " + min + " to " + max, text -> {
            long value = parseSize(text);
            if (value < smallest || value > largest) {
                throw outOfBounds(min, max);
            }
            return value;
        });
    }

    private static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new UnreadableValue("is not a size", SIZE_FORM);
        }
        return UNITS_OF_SIZE.get(matcher.group(2)) * Long.parseLong(matcher.group(1));
    }

    public static ValueType<Integer> integer(int min, int max) {
        return ValueType.of("whole number, " + min + " to " + max, text -> {
            if (!INTEGER.matcher(text).matches()) {
                throw new UnreadableValue("is not a whole number", "Write one from " + min + " to " + max + ".");
            }
            int value = Integer.parseInt(text);
            if (value < min || value > max) {
                throw outOfBounds(Integer.toString(min), Integer.toString(max));
            }
            return value;
        });
    }

    /** A TCP port to listen on; 0 stands for any that is free. */
    public static ValueType<Integer> port() {
        return integer(0, MAX_PORT);
    }

    public static ValueType<Double> percent() {
        return ValueType.of("percent, 0 to 100", text -> parseDecimal(text, 0, 100), Quantities::plain);
    }

    /** More than nothing, and at most {@code max}. */
    public static ValueType<Double> positive(int max) {
        return ValueType.of(
                "number, more than 0, up to " + max,
                text -> {
                    double value = parseDecimal(text, 0, max);
                    if (value == 0) {
                        throw new UnreadableValue("is not more than 0", "Write a number such as 2 or 0.5.");
                    }
                    return value;
                },
                Quantities::plain);
    }

    private static double parseDecimal(String text, int min, int max) {
        String bounds = min + " to " + max;
        if (!DECIMAL.matcher(text).matches()) {
            throw new UnreadableValue(
                    "is not a number from " + bounds,
                    "Write digits alone, with a dot for decimals, such as 90 or 99.5.");
        }
        double value = Double.parseDouble(text);
        if (value > max) {
            throw outOfBounds(Integer.toString(min), Integer.toString(max));
        }
        return value;
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static UnreadableValue outOfBounds(String min, String max) {
        return new UnreadableValue("is out of bounds", "Write a value from " + min + " to " + max + ".");
    }
}
