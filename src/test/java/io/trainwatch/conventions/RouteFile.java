package io.trainwatch.conventions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One route of a file of {@code routes/}, or the {@code rest} of one.
 *
 * @param document a list with this one alone, as a file would hold it
 */
record RouteFile(Path path, JsonNode document) {

    static final Path FOLDER = Path.of("routes");
    private static final String SUFFIX = ".camel.yaml";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * A message that is handed to another route.
     *
     * @param waits whether the sender goes on only when the other route is at its end
     * @param to the name of the route
     * @param condition the id of the branch or filter that it stands in, empty where it always happens
     */
    record Send(boolean waits, String to, String condition) {}

    /**
     * A step of a route, or a branch of one.
     *
     * @param kind such as {@code setBody} or {@code when}
     * @param condition the id of the branch or filter that it stands in, empty where it always happens
     */
    record Step(String kind, JsonNode value, String condition) {
        String text(String name) {
            return value.path(name).asText("");
        }
    }

    /** Those of the folder, in the order of the files and within them. */
    static List<RouteFile> all() {
        List<RouteFile> routes = new ArrayList<>();
        for (Path file : files()) {
            read(file)
                    .forEach(route -> routes.add(
                            new RouteFile(file, MAPPER.createArrayNode().add(route))));
        }
        return routes;
    }

    /** The files of the folder, in the order of their names. */
    static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(Path file) {
        try (Reader text = Files.newBufferedReader(file)) {
            return MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return path.getFileName().toString();
    }

    /** {@code route} or {@code rest}. */
    String kind() {
        return document.path(0)
                .propertyStream()
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    JsonNode content() {
        return document.path(0).path(kind());
    }

    String text(String name) {
        return content().path(name).asText("");
    }

    String id() {
        return text("id");
    }

    String description() {
        return text("description");
    }

    /** Where messages come from; empty for a {@code rest}. */
    String from() {
        return content().path("from").path("uri").asText("");
    }

    boolean isRoute() {
        return kind().equals("route");
    }

    /** Every step and branch, at any depth, in the order of the file; for a {@code rest}, its operations. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (isRoute()) {
            addSteps(content().path("from").path("steps"), "", steps);
        } else {
            content().properties().stream()
                    .filter(entry -> entry.getValue().isArray())
                    .forEach(entry ->
                            entry.getValue().forEach(operation -> steps.add(new Step(entry.getKey(), operation, ""))));
        }
        return steps;
    }

    /** What is handed to other routes. */
    List<Send> sends() {
        return steps().stream().flatMap(RouteFile::sends).toList();
    }

    /** Calls for each member at any depth, with the dotted path to it. */
    void eachMember(BiConsumer<String, JsonNode> call) {
        eachMember("", document, call);
    }

    @Override
    public String toString() {
        return path + ": " + id();
    }

    private static Stream<Send> sends(Step step) {
        String uri = step.kind().startsWith("to")
                ? step.text("uri")
                : step.value().path("to").path("uri").asText("");
        String[] parts = uri.split(":", 2);
        boolean waits = parts[0].equals("direct")
                || step.value()
                        .path("parameters")
                        .path("waitForTaskToComplete")
                        .asText()
                        .equals("Always");
        return parts[0].equals("direct") || parts[0].equals("seda")
                ? Stream.of(new Send(waits, parts[1], step.condition()))
                : Stream.empty();
    }

    private static void addSteps(JsonNode list, String condition, List<Step> steps) {
        for (JsonNode item : list) {
            for (Map.Entry<String, JsonNode> entry : item.properties()) {
                addStep(entry.getKey(), entry.getValue(), condition, steps);
            }
        }
    }

    private static void addStep(String kind, JsonNode value, String condition, List<Step> steps) {
        steps.add(new Step(kind, value, condition));
        boolean decides = List.of("when", "otherwise", "filter").contains(kind);
        addSteps(value.path("steps"), decides ? value.path("id").asText("") : condition, steps);
        for (String branches : List.of("when", "doCatch")) {
            value.path(branches).forEach(branch -> addStep(branches, branch, condition, steps));
        }
        for (String branch : List.of("otherwise", "doFinally")) {
            if (value.has(branch)) {
                addStep(branch, value.get(branch), condition, steps);
            }
        }
    }

    private static void eachMember(String path, JsonNode node, BiConsumer<String, JsonNode> call) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String member = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            call.accept(member, entry.getValue());
            eachMember(member, entry.getValue(), call);
        }
        if (node.isArray()) {
            node.forEach(item -> eachMember(path, item, call));
        }
    }
}
