package io.trainwatch.settings;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a setting may hold: how its text is read, and how its value is written for a placeholder.
 *
 * @param label the type and its bounds as the documentation names them
 * @param secret whether neither the text nor the value may ever be shown
 * @param mayBeBlank whether an empty text is a value; otherwise it is a problem
 * @param reading throws {@link UnreadableValue}; is given stripped text, but for secrets
 */
public record ValueType<T>(
        String label, boolean secret, boolean mayBeBlank, Function<String, T> reading, Function<T, String> writing) {

    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]{1,64}):\\s*([\\x20-\\x7e]{1,4096})");
    private static final Pattern TAKEN_HEADER = Pattern.compile(
            "(?i)(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-.*|date|expect|via|warning"
                    + "|cache-control|pragma|user-agent|webhook-.*|ce-.*|camel.*)");

    public static <T> ValueType<T> of(String label, Function<String, T> reading) {
        return of(label, reading, Object::toString);
    }

    public static <T> ValueType<T> of(String label, Function<String, T> reading, Function<T, String> writing) {
        return new ValueType<>(label, false, false, reading, writing);
    }

    public T read(String text) {
        return reading.apply(secret ? text : text.strip());
    }

    String write(T value) {
        return writing.apply(value);
    }

    public static ValueType<String> text() {
        return of("text", text -> {
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new UnreadableValue("holds a control character", "Remove it.");
            }
            return text;
        });
    }

    /** Text that may be empty, for a setting whose empty value means something. */
    public static ValueType<String> textOrBlank() {
        return new ValueType<>("text", false, true, text().reading(), text().writing());
    }

    public static ValueType<Boolean> trueOrFalse() {
        return of("`true` or `false`", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UnreadableValue("is neither true nor false", "Write true or false.");
        });
    }

    /** The constants of an enumeration, in lower case with {@code -} for {@code _}. */
    public static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        List<String> known = constants.stream().map(ValueType::wireName).toList();
        return of(
                known.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")),
                text -> {
                    int index = known.indexOf(text);
                    if (index < 0) {
                        throw new UnreadableValue("is not known", "Known: " + String.join(", ", known) + ".");
                    }
                    return constants.get(index);
                },
                ValueType::wireName);
    }

    /** Elements separated by commas, which may be none. */
    public static ValueType<List<String>> list() {
        return new ValueType<>(
                "list, separated by commas", false, true, ValueType::elements, values -> String.join(",", values));
    }

    /** Some of the known words separated by commas, or {@code all}, which is read as every one of them. */
    public static ValueType<List<String>> someOf(List<String> known) {
        return of(
                "`all`, or a list, separated by commas",
                text -> {
                    if (text.equals("all")) {
                        return known;
                    }
                    List<String> chosen = elements(text).stream().distinct().toList();
                    for (String word : chosen) {
                        if (!known.contains(word)) {
                            throw new UnreadableValue(
                                    "names " + Problem.quoted(word) + ", which is not known",
                                    "Known: all, " + String.join(", ", known) + ".");
                        }
                    }
                    if (chosen.isEmpty()) {
                        throw new UnreadableValue("names nothing", "Write all, or some of " + known + ".");
                    }
                    return chosen;
                },
                values -> String.join(",", values));
    }

    public static ValueType<Secret> secretText() {
        return secret("secret", text -> {
            if (!text.equals(text.strip()) || text.chars().anyMatch(Character::isISOControl)) {
                throw new UnreadableValue(
                        "begins or ends with white space, or holds a control character", "Remove it.");
            }
            return Secret.of(text);
        });
    }

    /**
     * Something made of a text that may not be shown.
     *
     * @param reading its {@link UnreadableValue} does not hold the text
     */
    public static <T> ValueType<T> secret(String label, Function<String, T> reading) {
        return new ValueType<>(label, true, false, reading, value -> "***");
    }

    /**
     * Headers of a request by name, {@code Name: value} each, separated by semicolons; the values may be secrets.
     *
     * <p>Names that the request sets itself are refused, and those that Camel would act on.
     */
    public static ValueType<Map<String, Secret>> headers() {
        return secret("secret, `Name: value`, separated by semicolons", text -> {
            Map<String, Secret> headers = new LinkedHashMap<>();
            for (String header : text.split(";")) {
                Matcher parts = HEADER.matcher(header.strip());
                if (!parts.matches()) {
                    throw new UnreadableValue("has a part that is not Name: value", "Write X-Team: ml; X-Env: a.");
                }
                if (TAKEN_HEADER.matcher(parts.group(1)).matches()) {
                    throw new UnreadableValue(
                            "sets a header that the request sets itself, or that Camel acts on", "Remove it.");
                }
                headers.put(parts.group(1), Secret.of(parts.group(2)));
            }
            return Collections.unmodifiableMap(headers);
        });
    }

    private static List<String> elements(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
