package io.trainwatch.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trainwatch.rules.InvalidPolicy.Problem;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A YAML document, and where in its text everything stands.
 *
 * <p>Reads the YAML that has a meaning in JSON and no more: no anchors, aliases and tags, so that a short text is a small
 * document; no key twice; at most {@value #DEEPEST} levels; one document. Reads events and not objects, so that none of it
 * is built before it is refused.
 */
final class YamlDocument {

    /** Characters; the longest policy that makes sense is a tenth of it. */
    static final int MAX_CHARACTERS = 65_536;

    static final int DEEPEST = 8;

    private static final Pattern NUMBER = Pattern.compile("[-+]?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern NOT_FINITE = Pattern.compile("(?i)[-+]?\\.(inf|nan)");
    private static final int MAX_NUMBER_CHARACTERS = 64;

    private final Map<String, Place> places = new HashMap<>();
    private final Iterator<Event> events;
    private final JsonNode root;

    private YamlDocument(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MAX_CHARACTERS)
                .setLabel("policy")
                .build();
        events = new Parse(settings).parseString(text).iterator();
        events.next();
        if (events.next() instanceof StreamEndEvent) {
            throw problem(Place.START, "", "is empty; write at least 'rules:' and a list of rules");
        }
        root = node(events.next(), "", 0);
        Event end = events.next();
        if (!(end instanceof DocumentEndEvent)) {
            throw new IllegalStateException("A document ends after its only node, not with " + end);
        }
        Event after = events.next();
        if (!(after instanceof StreamEndEvent)) {
            throw problem(Place.of(after.getStartMark()), "", "holds a second document; write one policy a file");
        }
    }

    /** @throws InvalidPolicy with the first thing that is no such YAML */
    static YamlDocument read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw problem(
                    Place.START, "", "is longer than " + MAX_CHARACTERS + " characters, which no policy needs to be");
        }
        try {
            return new YamlDocument(text);
        } catch (MarkedYamlEngineException e) {
            throw problem(Place.of(e.getProblemMark()), "", "is no YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw problem(Place.START, "", "is no YAML: " + e.getMessage());
        }
    }

    JsonNode root() {
        return root;
    }

    /** @param pointer such as {@code /rules/0/above}; a mapping's member is where its value is */
    Place place(String pointer) {
        Place place = places.get(pointer);
        int parent = pointer.lastIndexOf('/');
        if (place == null && parent >= 0) {
            return place(pointer.substring(0, parent));
        }
        return place == null ? Place.START : place;
    }

    /** What is wrong with what stands there. */
    Problem problem(String pointer, String what) {
        return Problem.at(place(pointer), path(pointer), what);
    }

    /** Where the name of a member stands. */
    Place placeOfName(String pointer) {
        Place place = places.get(pointer + "#");
        return place == null ? place(pointer) : place;
    }

    private JsonNode node(Event event, String pointer, int depth) {
        Place place = Place.of(event.getStartMark());
        places.put(pointer, place);
        if (event instanceof AliasEvent
                || event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw problem(place, path(pointer), "anchors and aliases are not read; write it out");
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), place, pointer);
            return scalar(scalar, place, pointer);
        }
        if (!(event instanceof CollectionStartEvent start)) {
            throw new IllegalStateException("No node begins with " + event);
        }
        refuseTag(start.getTag(), place, pointer);
        if (depth >= DEEPEST) {
            throw problem(place, path(pointer), "is nested deeper than any policy is");
        }
        return start instanceof MappingStartEvent ? mapping(pointer, depth + 1) : sequence(pointer, depth + 1);
    }

    private ObjectNode mapping(String pointer, int depth) {
        ObjectNode mapping = JsonNodeFactory.instance.objectNode();
        for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
            Place place = Place.of(key.getStartMark());
            if (!(key instanceof ScalarEvent scalar) || scalar.getAnchor().isPresent()) {
                throw problem(place, path(pointer), "a name must be a plain text");
            }
            String name = scalar.getValue();
            String member = pointer + "/" + escaped(name);
            if (mapping.has(name)) {
                Place first = placeOfName(member);
                throw problem(
                        place,
                        path(pointer),
                        Problem.quoted(name) + " stands there twice, in line " + first.line() + " too");
            }
            places.put(member + "#", place);
            mapping.set(name, node(events.next(), member, depth));
        }
        return mapping;
    }

    private ArrayNode sequence(String pointer, int depth) {
        ArrayNode sequence = JsonNodeFactory.instance.arrayNode();
        for (Event item = events.next(); !(item instanceof SequenceEndEvent); item = events.next()) {
            sequence.add(node(item, pointer + "/" + sequence.size(), depth));
        }
        return sequence;
    }

    private static JsonNode scalar(ScalarEvent scalar, Place place, String pointer) {
        String text = scalar.getValue();
        if (!scalar.isPlain()) {
            return TextNode.valueOf(text);
        }
        if (NOT_FINITE.matcher(text).matches()) {
            throw problem(place, path(pointer), "'" + text + "' is no number that can be compared");
        }
        if (text.length() <= MAX_NUMBER_CHARACTERS && NUMBER.matcher(text).matches()) {
            return number(text, place, pointer);
        }
        return switch (text) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            case "", "~", "null" -> NullNode.instance;
            default -> TextNode.valueOf(text);
        };
    }

    private static JsonNode number(String text, Place place, String pointer) {
        if (INTEGER.matcher(text).matches()) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw problem(place, path(pointer), "'" + text + "' is no number that can be compared");
        }
        return DoubleNode.valueOf(value);
    }

    private static void refuseTag(Optional<String> tag, Place place, String pointer) {
        if (tag.isPresent()) {
            throw problem(place, path(pointer), "tags such as " + Problem.quoted(tag.get()) + " are not read");
        }
    }

    private static InvalidPolicy problem(Place place, String path, String what) {
        return new InvalidPolicy(Problem.at(place, path, what));
    }

    /** As a person writes it: {@code rules[0].above}. */
    static String path(String pointer) {
        StringBuilder path = new StringBuilder();
        for (String part : pointer.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            if (part.chars().allMatch(Character::isDigit)) {
                path.append('[').append(part).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".")
                        .append(part.replace("~1", "/").replace("~0", "~"));
            }
        }
        return path.toString();
    }

    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /**
     * Where something stands in a file.
     *
     * @param line from 1
     * @param column from 1
     */
    record Place(int line, int column) {

        static final Place START = new Place(1, 1);

        static Place of(Optional<Mark> mark) {
            return mark.map(at -> new Place(at.getLine() + 1, at.getColumn() + 1))
                    .orElse(START);
        }

        @Override
        public String toString() {
            return "line " + line + ", column " + column;
        }
    }
}
