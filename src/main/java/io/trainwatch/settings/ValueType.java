package io.trainwatch.settings;

import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
record ValueType<T>(
        String label, boolean secret, boolean mayBeBlank, Function<String, T> reading, Function<T, String> writing) {

    private static final String SHARED_PREFIX = "whsec_";
    private static final int MIN_SHARED_BYTES = 24;
    private static final int MAX_SHARED_BYTES = 64;
    private static final String ED25519_PREFIX = "whsk_";
    private static final Set<Integer> ED25519_BYTES = Set.of(32, 64);
    private static final Pattern AUDIT_KEY =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----[^-]+-----END \\1-----|[^\\s,]+");
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]{1,64}):\\s*([\\x20-\\x7e]{1,4096})");
    private static final Pattern FORM_FIELD = Pattern.compile("([A-Za-z0-9_.:-]{1,64})\\s*=\\s*(\\P{Cntrl}{1,4096})");
    private static final Set<String> TAKEN_FORM_FIELDS = Set.of("grant_type", "client_id", "client_secret", "scope");
    private static final Pattern TAKEN_HEADER = Pattern.compile(
            "(?i)(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-.*|date|expect|via|warning"
                    + "|cache-control|pragma|user-agent|webhook-.*|ce-.*|camel.*)");

    static <T> ValueType<T> of(String label, Function<String, T> reading) {
        return of(label, reading, Object::toString);
    }

    static <T> ValueType<T> of(String label, Function<String, T> reading, Function<T, String> writing) {
        return new ValueType<>(label, false, false, reading, writing);
    }

    T read(String text) {
        return reading.apply(secret ? text : text.strip());
    }

    String write(T value) {
        return writing.apply(value);
    }

    static ValueType<String> text() {
        return of("text", text -> {
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new UnreadableValue("holds a control character", "Remove it.");
            }
            return text;
        });
    }

    /** Text that may be empty, for a setting whose empty value means something. */
    static ValueType<String> textOrBlank() {
        return new ValueType<>("text", false, true, text().reading(), text().writing());
    }

    static ValueType<Boolean> trueOrFalse() {
        return of("`true` or `false`", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UnreadableValue("is neither true nor false", "Write true or false.");
        });
    }

    /** The constants of an enumeration, in lower case with {@code -} for {@code _}. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
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
    static ValueType<List<String>> list() {
        return new ValueType<>(
                "list, separated by commas", false, true, ValueType::elements, values -> String.join(",", values));
    }

    /** Some of the known words separated by commas, or {@code all}, which is read as every one of them. */
    static ValueType<List<String>> someOf(List<String> known) {
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

    static ValueType<Secret> secretText() {
        return secretOf("secret", text -> {
            if (!text.equals(text.strip()) || text.chars().anyMatch(Character::isISOControl)) {
                throw new UnreadableValue(
                        "begins or ends with white space, or holds a control character", "Remove it.");
            }
        });
    }

    /**
     * Keys of Standard Webhooks: {@code whsec_} and the base64 of 24 to 64 bytes, or {@code whsk_} and that of an Ed25519
     * key, which is 32 bytes, or 64 with its public key. Separated by commas or white space.
     */
    static ValueType<List<Secret>> signingKeys() {
        return new ValueType<>(
                "secrets, each `whsec_` or `whsk_` and base64, separated by commas",
                true,
                false,
                text -> {
                    List<Secret> keys = Arrays.stream(text.split("[,\\s]+"))
                            .filter(key -> !key.isEmpty())
                            .map(ValueType::signingKey)
                            .toList();
                    if (keys.isEmpty()) {
                        throw new UnreadableValue("names no key", "Give one, or remove the setting.");
                    }
                    return keys;
                },
                keys -> "***");
    }

    /**
     * Keys of the audit: {@code hmac:} and the base64 of 24 to 64 bytes, or an Ed25519 secret key: {@code ed25519:} and the
     * base64 of 32 or 64 bytes, or PEM. Public keys may stand with them, for checking. Separated by commas or white space.
     */
    static ValueType<List<Secret>> auditKeys() {
        return new ValueType<>(
                "secret: `hmac:…`, `ed25519:…` or PEM, several separated by commas",
                true,
                false,
                text -> {
                    List<Secret> keys = new java.util.ArrayList<>();
                    Matcher one = AUDIT_KEY.matcher(text);
                    while (one.find()) {
                        keys.add(auditKey(one.group()));
                    }
                    if (keys.stream()
                            .allMatch(key -> key.reveal().contains("PUBLIC")
                                    || key.reveal().contains("public"))) {
                        throw new UnreadableValue("holds no key that can sign", "Make one with: trainwatch audit key");
                    }
                    return keys;
                },
                keys -> "***");
    }

    /** The one form of audit lines that is left. */
    static ValueType<String> auditForm() {
        return of("`plain`", text -> {
            if (text.equals("ecs")) {
                throw new UnreadableValue(
                        "is not written any more",
                        "Remove the key, and rename the members where lines are shipped; docs/audit.md has the names."
                                + " Lines that were written so can still be verified, explained and proven.");
            }
            if (!text.equals("plain")) {
                throw new UnreadableValue("is not known", "Remove the key.");
            }
            return text;
        });
    }

    private static Secret auditKey(String text) {
        int hmac = decodedLength(text, "hmac:");
        boolean isKey = hmac >= MIN_SHARED_BYTES && hmac <= MAX_SHARED_BYTES
                || ED25519_BYTES.contains(decodedLength(text, "ed25519:"))
                || decodedLength(text, "ed25519-public:") == 32
                || text.startsWith("-----BEGIN P");
        if (!isKey) {
            throw new UnreadableValue(
                    "is not hmac: and the base64 of 24 to 64 bytes, nor ed25519: and that of 32 or 64, nor PEM",
                    "Make one with: trainwatch audit key");
        }
        return Secret.of(text);
    }

    private static Secret signingKey(String text) {
        int shared = decodedLength(text, SHARED_PREFIX);
        boolean isShared = shared >= MIN_SHARED_BYTES && shared <= MAX_SHARED_BYTES;
        if (!isShared && !ED25519_BYTES.contains(decodedLength(text, ED25519_PREFIX))) {
            throw new UnreadableValue(
                    "is not whsec_ followed by the base64 of 24 to 64 bytes, nor whsk_ followed by that of 32 or 64",
                    "Make one with: echo whsec_$(openssl rand -base64 32)");
        }
        return Secret.of(text);
    }

    /** Of what follows the prefix; -1 without that prefix, or where it is not followed by base64. */
    private static int decodedLength(String text, String prefix) {
        try {
            return text.startsWith(prefix) ? Base64.getDecoder().decode(text.substring(prefix.length())).length : -1;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    /** What the check says of the text is a predicate, so the text itself is in no message. */
    private static ValueType<Secret> secretOf(String label, Consumer<String> check) {
        return new ValueType<>(
                label,
                true,
                false,
                text -> {
                    check.accept(text);
                    return Secret.of(text);
                },
                Secret::toString);
    }

    /**
     * Headers of a request by name, {@code Name: value} each, separated by semicolons; the values may be secrets.
     *
     * <p>Names that the request sets itself are refused, and those that Camel would act on.
     */
    static ValueType<Map<String, Secret>> headers() {
        return new ValueType<>(
                "secret, `Name: value`, separated by semicolons",
                true,
                false,
                text -> {
                    Map<String, Secret> headers = new LinkedHashMap<>();
                    for (String header : text.split(";")) {
                        Matcher parts = HEADER.matcher(header.strip());
                        if (!parts.matches()) {
                            throw new UnreadableValue(
                                    "has a part that is not Name: value", "Write X-Team: ml; X-Env: a.");
                        }
                        if (TAKEN_HEADER.matcher(parts.group(1)).matches()) {
                            throw new UnreadableValue(
                                    "sets a header that the request sets itself, or that Camel acts on", "Remove it.");
                        }
                        headers.put(parts.group(1), Secret.of(parts.group(2)));
                    }
                    return headers;
                },
                headers -> "***");
    }

    /** Fields of a form, {@code name=value} each, separated by semicolons; a name may come twice. Not encoded. */
    static ValueType<List<Map.Entry<String, String>>> formFields() {
        return of(
                "`name=value`, separated by semicolons",
                text -> Arrays.stream(text.split(";"))
                        .map(String::strip)
                        .filter(field -> !field.isEmpty())
                        .map(ValueType::formField)
                        .toList(),
                fields -> fields.stream()
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining("; ")));
    }

    private static Map.Entry<String, String> formField(String text) {
        Matcher parts = FORM_FIELD.matcher(text);
        if (!parts.matches()) {
            throw new UnreadableValue("has a part that is not name=value", "Write audience=a; resource=b.");
        }
        if (TAKEN_FORM_FIELDS.contains(parts.group(1))) {
            throw new UnreadableValue(
                    "sets " + parts.group(1) + ", which has a setting of its own or is given", "Remove it.");
        }
        return Map.entry(parts.group(1), parts.group(2));
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
