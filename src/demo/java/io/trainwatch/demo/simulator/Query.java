package io.trainwatch.demo.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of a query or a form; of one that is given twice the last counts, unless its name ends in {@code []}:
 * then its values are joined by commas.
 */
record Query(Map<String, String> parameters) {

    /** Throws IllegalArgumentException where it is not well encoded. */
    static Query of(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String field : text == null ? new String[0] : text.split("&")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                String name = decoded(field.substring(0, equals));
                String value = decoded(field.substring(equals + 1));
                if (name.endsWith("[]")) {
                    parameters.merge(name.substring(0, name.length() - 2), value, (one, more) -> one + "," + more);
                } else {
                    parameters.put(name, value);
                }
            }
        }
        return new Query(parameters);
    }

    /** {@code null} where it is missing or empty. */
    String get(String name) {
        String value = parameters.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
