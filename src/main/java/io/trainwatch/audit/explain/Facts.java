package io.trainwatch.audit.explain;

import com.fasterxml.jackson.databind.JsonNode;
import io.trainwatch.text.SafeText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The details of an audit line, which remembers what was told of them, so that the rest can be told as it stands: what a
 * later version adds must not go unsaid. For one thread.
 */
final class Facts {

    private static final int MAX_LENGTH = 400;
    private static final Pattern FINER_TIME = Pattern.compile("(T\\d{2}:\\d{2}:\\d{2}\\.\\d{3})\\d{1,6}Z");
    private static final Pattern WHOLE_HASH = Pattern.compile("\\b([0-9a-f]{8})[0-9a-f]{56}\\b");

    private final JsonNode details;
    private final Set<String> told = new HashSet<>();

    Facts(JsonNode details) {
        this.details = details;
    }

    boolean has(String name) {
        return details.hasNonNull(name);
    }

    /** The member as text, and empty where there is none. */
    String text(String name) {
        told.add(name);
        return SafeText.cut(plain(details.path(name)), MAX_LENGTH);
    }

    boolean isTrue(String name) {
        told.add(name);
        return details.path(name).asBoolean();
    }

    long number(String name) {
        told.add(name);
        return details.path(name).asLong();
    }

    JsonNode node(String name) {
        told.add(name);
        return details.path(name);
    }

    /** The text with the member in it, and empty where there is none. */
    String with(String before, String name, String after) {
        String value = text(name);
        return value.isEmpty() ? "" : before + value + after;
    }

    /** Says that the members need not be told. */
    Facts without(String... names) {
        told.addAll(List.of(names));
        return this;
    }

    /** Empty: ends a chain of what need not be told. */
    String nothing() {
        return "";
    }

    /** What was not told yet, such as {@code  [policy: name gpu, hash 12ab]}; empty where all was. */
    String rest() {
        List<String> parts = new ArrayList<>();
        details.properties().forEach(entry -> {
            String value = plain(entry.getValue());
            if (!told.contains(entry.getKey()) && !value.isEmpty()) {
                parts.add(SafeText.of(entry.getKey()).replace('_', ' ') + ": " + value);
            }
        });
        return parts.isEmpty() ? "" : " [" + SafeText.cut(String.join("; ", parts), MAX_LENGTH) + "]";
    }

    private static String plain(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (node.isObject()) {
            List<String> parts = new ArrayList<>();
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                String value = plain(entry.getValue());
                if (!value.isEmpty()) {
                    parts.add(SafeText.of(entry.getKey()).replace('_', ' ') + " " + value);
                }
            }
            return String.join(", ", parts);
        }
        if (node.isArray()) {
            List<String> parts = new ArrayList<>();
            node.forEach(one -> parts.add(plain(one)));
            return String.join("; ", parts);
        }
        return SafeText.of(brief(node.asText()));
    }

    /** People need neither more than milliseconds, nor the whole of a hash to tell it from others. */
    private static String brief(String text) {
        String timed = FINER_TIME.matcher(text).replaceAll("$1Z");
        return WHOLE_HASH.matcher(timed).replaceAll("$1");
    }
}
