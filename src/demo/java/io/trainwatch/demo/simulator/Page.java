package io.trainwatch.demo.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a sorted list.
 *
 * <p>A cursor names the row at which a page ends, not a number of rows, so what is inserted or removed meanwhile neither
 * repeats nor hides another row, as long as the keys of the rows stay the same.
 *
 * @param total the rows of all pages
 * @param next {@code null} on the last page
 * @param previous {@code null} on the first page
 */
record Page<T>(List<T> items, int total, String next, String previous) {

    static final int DEFAULT_LIMIT = 25;
    static final int LARGEST_LIMIT = 100;

    /** A cursor that begins any list again. */
    static final String FIRST = "first";

    private static final String BETWEEN = "\u0000";

    /**
     * One row.
     *
     * @param keys what rows are sorted by, the most important first and its id last; each compared as text
     */
    record Row<T>(List<String> keys, T item) {}

    /**
     * Cuts out the page that is asked for.
     *
     * @throws IllegalArgumentException where {@code limit}, {@code skip}, {@code next} or {@code previous} is no good;
     *     the message is for the caller
     */
    static <T> Page<T> cut(List<Row<T>> rows, List<Sort> sorts, Query query) {
        Comparator<List<String>> order = order(sorts);
        List<Row<T>> sorted =
                rows.stream().sorted(Comparator.comparing(Row::keys, order)).toList();
        int limit = number(query, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT);
        int skip = number(query, "skip", 0, 0, Integer.MAX_VALUE);
        int from;
        int to;
        if (query.get("previous") != null) {
            to = before(sorted, keys(query.get("previous"), sorts.size()), order, false);
            from = Math.max(0, to - limit);
        } else {
            from = query.get("next") == null || query.get("next").equals(FIRST)
                    ? 0
                    : before(sorted, keys(query.get("next"), sorts.size()), order, true);
            from = (int) Math.min(sorted.size(), (long) from + skip);
            to = Math.min(sorted.size(), from + limit);
        }
        return new Page<>(
                sorted.subList(from, to).stream().map(Row::item).toList(),
                sorted.size(),
                to < sorted.size() && to > from ? cursor(sorted.get(to - 1)) : null,
                from > 0 && to > from ? cursor(sorted.get(from)) : null);
    }

    /** The same page with each item as something else. */
    <S> Page<S> map(Function<T, S> change) {
        return new Page<>(items.stream().map(change).toList(), total, next, previous);
    }

    /** One key by which to sort; {@code of} a parameter such as {@code createdAt:desc,name:asc}. */
    record Sort(String field, boolean descending) {

        static List<Sort> of(String parameter) {
            return Arrays.stream(parameter.split(","))
                    .map(part -> new Sort(part.replaceFirst(":.*", ""), part.endsWith(":desc")))
                    .toList();
        }
    }

    private static Comparator<List<String>> order(List<Sort> sorts) {
        Comparator<List<String>> order = (one, other) -> 0;
        for (int i = 0; i < sorts.size(); i++) {
            int key = i;
            Comparator<List<String>> byKey = Comparator.comparing(keys -> keys.get(key));
            order = order.thenComparing(sorts.get(i).descending() ? Collections.reverseOrder(byKey) : byKey);
        }
        return order.thenComparing(keys -> keys.get(keys.size() - 1));
    }

    /** How many rows stand before these keys, with or without the row that has them. */
    private static <T> int before(
            List<Row<T>> sorted, List<String> keys, Comparator<List<String>> order, boolean included) {
        int most = included ? 0 : -1;
        return (int) sorted.stream()
                .takeWhile(row -> Integer.signum(order.compare(row.keys(), keys)) <= most)
                .count();
    }

    private static String cursor(Row<?> row) {
        String text = String.join(BETWEEN, row.keys());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> keys(String cursor, int sorts) {
        try {
            List<String> keys = List.of(
                    new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(BETWEEN, -1));
            if (keys.size() == sorts + 1) {
                return keys;
            }
        } catch (IllegalArgumentException e) {
            // Not even Base64; told like any other cursor that is not ours.
        }
        throw new IllegalArgumentException("the cursor is not one of this list in this order");
    }

    private static int number(Query query, String name, int otherwise, int least, int most) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most);
        }
        return Integer.parseInt(text);
    }
}
