package io.trainwatch.optional.history;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/** Instants as ISO-8601 text, read some ten times faster than by {@link Instant#parse}. */
final class Times {

    private static final int SECONDS_OF_DAY = 86_400;
    private static final int NANO_DIGITS = 9;
    /** {@code 2026-03-01T11:00:00}. */
    private static final int WHOLE = 19;

    private Times() {}

    /** @throws DateTimeException where the text is no ISO-8601 instant */
    static Instant parse(String text) {
        return isPlain(text) ? plain(text) : Instant.parse(text);
    }

    /** Whether it is of the form {@code 2026-03-01T11:00:00[.123]Z}. */
    private static boolean isPlain(String text) {
        int length = text.length();
        if (length <= WHOLE || length > WHOLE + 2 + NANO_DIGITS || text.charAt(length - 1) != 'Z') {
            return false;
        }
        for (int i = 0; i < length - 1; i++) {
            boolean fits = switch (i) {
                case 4, 7 -> text.charAt(i) == '-';
                case 10 -> text.charAt(i) == 'T';
                case 13, 16 -> text.charAt(i) == ':';
                case WHOLE -> text.charAt(i) == '.' && length > WHOLE + 2;
                default -> text.charAt(i) >= '0' && text.charAt(i) <= '9';
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static Instant plain(String text) {
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, WHOLE);
        if (hour > 23 || minute > 59 || second > 59) {
            throw new DateTimeException("no such time of day");
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        int digits = Math.max(0, text.length() - WHOLE - 2);
        int nanos = digits == 0 ? 0 : number(text, WHOLE + 1, WHOLE + 1 + digits);
        for (int i = digits; i < NANO_DIGITS; i++) {
            nanos *= 10;
        }
        return Instant.ofEpochSecond(day * SECONDS_OF_DAY + hour * 3600L + minute * 60L + second, nanos);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + (text.charAt(i) - '0');
        }
        return number;
    }
}
