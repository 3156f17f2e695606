package io.trainwatch.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The OpenAPI document of the API: its operations, and whether an answer is one of theirs. */
final class ApiDocument {

    private static final List<String> METHODS = List.of("get", "post", "delete", "put", "patch");

    private final JsonNode document;

    /** @param isOpen whether no token is wanted */
    record Operation(String method, String path, JsonNode definition, boolean isOpen) {

        boolean isAct() {
            return !method.equals("GET");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private ApiDocument(JsonNode document) {
        this.document = document;
    }

    static ApiDocument read() throws IOException {
        try (InputStream yaml = ApiDocument.class.getResourceAsStream("/trainwatch/openapi.yaml")) {
            Object tree = new Load(LoadSettings.builder().build()).loadFromInputStream(yaml);
            return new ApiDocument(new ObjectMapper().valueToTree(tree));
        }
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.get("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode definition = path.getValue().get(method);
                    if (definition != null) {
                        operations.add(new Operation(
                                method.toUpperCase(Locale.ROOT),
                                path.getKey(),
                                definition,
                                definition.path("security").isArray()));
                    }
                }));
        return operations;
    }

    /** What is wrong with an answer of JSON; empty where the document names it. */
    List<String> faults(Operation operation, int status, String body) throws IOException {
        JsonNode response = resolved(operation.definition().path("responses").path(String.valueOf(status)));
        if (response.isMissingNode()) {
            return List.of(operation + " answers " + status + ", which the document does not name: " + body);
        }
        JsonNode schema = response.path("content").path("application/json").path("schema");
        if (schema.isMissingNode()) {
            return List.of();
        }
        ObjectNode whole = new ObjectMapper().createObjectNode();
        whole.set("components", document.get("components"));
        whole.putArray("allOf").add(schema);
        return SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(whole)
                .validate(new ObjectMapper().readTree(body), ApiDocument::assertFormats)
                .stream()
                .map(Error::toString)
                .toList();
    }

    private static void assertFormats(ExecutionContext context) {
        context.executionConfig(config -> config.formatAssertionsEnabled(true));
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }
}
