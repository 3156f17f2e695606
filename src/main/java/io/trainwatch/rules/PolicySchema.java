package io.trainwatch.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.trainwatch.rules.InvalidPolicy.Problem;
import io.trainwatch.rules.YamlDocument.Place;
import io.trainwatch.settings.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Checks documents against the JSON Schema that ships, {@code trainwatch/policy.schema.json}, and says in a policy's words
 * what it finds. The descriptions of the schema are what is said to be allowed, so editors and messages say the same.
 *
 * <p>Thread-safe. Read when the first policy is, which takes a few hundred milliseconds.
 */
final class PolicySchema {

    static final String RESOURCE = "/trainwatch/policy.schema.json";

    private static final Schema SCHEMA = read();

    private PolicySchema() {}

    /** What is wrong with the document, in no order. */
    static List<Problem> check(YamlDocument document) {
        List<Problem> problems = new ArrayList<>();
        for (Error error : SCHEMA.validate(document.root())) {
            problems.add(problem(error, document));
        }
        return problems;
    }

    private static Problem problem(Error error, YamlDocument document) {
        String pointer = error.getInstanceLocation().toString();
        JsonNode schema = parent(error);
        String allowed = schema.path("description").asText(error.getMessage());
        return switch (error.getKeyword()) {
            case "additionalProperties" -> {
                String name = error.getProperty();
                Place place = document.placeOfName(pointer + "/" + YamlDocument.escaped(name));
                yield Problem.at(
                        place,
                        YamlDocument.path(pointer),
                        Problem.quoted(name) + " is not known" + known(name, schema));
            }
            case "required" ->
                document.problem(
                        pointer, "'" + error.getProperty() + "' is missing. " + described(schema, error.getProperty()));
            case "maxItems" -> document.problem(pointer, error.getInstanceNode().size() + " are too many. " + allowed);
            default -> document.problem(pointer, shown(error.getInstanceNode(), schema) + " " + allowed);
        };
    }

    /** The part of the schema that holds the keyword. */
    private static JsonNode parent(Error error) {
        String fragment = error.getSchemaLocation().getFragment().toString();
        int last = fragment.lastIndexOf('/');
        return SCHEMA.getSchemaNode().at(last <= 0 ? "" : fragment.substring(0, last));
    }

    private static String known(String name, JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        Optional<String> meant = Spelling.nearest(name, names);
        return meant.map(word -> "; did you mean '" + word + "'?").orElse("") + (meant.isPresent() ? " " : ". ")
                + "Known: " + String.join(", ", names) + ".";
    }

    private static String described(JsonNode schema, String name) {
        JsonNode property = schema.path("properties").path(name);
        String reference = property.path("$ref").asText();
        JsonNode meant = reference.startsWith("#") && !property.has("description")
                ? SCHEMA.getSchemaNode().at(reference.substring(1))
                : property;
        return meant.path("description").asText("It must be given.");
    }

    private static String shown(JsonNode value, JsonNode schema) {
        if (value.isContainerNode()) {
            return value.isArray() ? "a list is not allowed." : "a mapping is not allowed.";
        }
        if (value.isNull()) {
            return "nothing is not allowed.";
        }
        String text = Problem.quoted(value.asText());
        List<String> words = new ArrayList<>();
        Iterator<JsonNode> allowed = schema.path("enum").elements();
        allowed.forEachRemaining(word -> words.add(word.asText()));
        return text + " is not allowed"
                + Spelling.nearest(value.asText(), words)
                        .map(word -> "; did you mean '" + word + "'?")
                        .orElse(".");
    }

    private static Schema read() {
        try (InputStream json = PolicySchema.class.getResourceAsStream(RESOURCE)) {
            return SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(json, InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException("The schema of policies cannot be read from the jar", e);
        }
    }
}
