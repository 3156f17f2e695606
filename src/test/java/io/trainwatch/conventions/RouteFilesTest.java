package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the routes of {@code routes/} are written, and that they fit each other. */
class RouteFilesTest {

    private static final int MAX_FILES = 14;
    private static final int MAX_LINES = 1150;
    /** What Camel counts the tries of a call with, and sends to nobody. */
    private static final String COUNT_OF_TRIES = "CamelRedeliver.*";

    private static final Set<String> LANGUAGES = Set.of(
            "constant",
            "csimple",
            "exchangeProperty",
            "groovy",
            "header",
            "jq",
            "jsonpath",
            "simple",
            "tokenize",
            "variable",
            "xpath",
            "xtokenize");

    private static Schema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (InputStream json = RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = SchemaRegistry.withDialect(Dialect.builder(Dialects.getDraft4())
                            .keyword(new NonValidationKeyword("deprecated"))
                            .build())
                    .getSchema(json);
        }
    }

    static List<RouteFile> files() {
        return RouteFile.all();
    }

    static List<RouteFile> routes() {
        return files().stream().filter(RouteFile::isRoute).toList();
    }

    /** What a tenant or a caller sent as a header would otherwise say where the next request goes (CVE-2026-78164). */
    @Test
    void aRequestToOthersBeginsWithoutHeaders() {
        int calls = 0;
        for (RouteFile route : routes()) {
            boolean cleared = false;
            for (RouteFile.Step step : route.steps()) {
                cleared |= step.kind().equals("removeHeaders")
                        && step.text("pattern").equals("*");
                if (step.text("uri").contains("-http:")) {
                    calls++;
                    assertThat(cleared)
                            .as("%s: remove all headers before the request is made", route)
                            .isTrue();
                }
            }
        }
        assertThat(calls).as("routes that call others").isGreaterThan(3);
    }

    @ParameterizedTest
    @MethodSource("files")
    void fitsTheSchemaOfThisCamelVersion(RouteFile file) {
        assertThat(schema.validate(file.document()))
                .extracting(Error::toString)
                .as("%s: correct what the schema of camel-yaml-dsl refuses", file)
                .isEmpty();
    }

    @Test
    void theFilesAreTheChaptersOfOneStory() throws IOException {
        assertThat(RouteFile.files())
                .as("more than %d files; put the routes of one subject into one file", MAX_FILES)
                .hasSizeLessThanOrEqualTo(MAX_FILES)
                .allSatisfy(file -> assertThat(file.getFileName().toString())
                        .as("%s: name it <two digits, or optional>-<subject in kebab-case>.camel.yaml", file)
                        .matches("(\\d\\d|optional)(-[a-z]+)+\\.camel\\.yaml"));
        int lines = 0;
        for (Path file : RouteFile.files()) {
            lines += Files.readAllLines(file).size();
        }
        assertThat(lines)
                .as("lines of all files: the story is read in ten minutes; say a thing once, or say it in Java")
                .isLessThanOrEqualTo(MAX_LINES);
    }

    @ParameterizedTest
    @MethodSource("files")
    void isARouteWithAVerbPhraseAsItsId(RouteFile file) {
        assertThat(file.kind())
                .as("%s: begin with '- route:' or '- rest:'", file)
                .isIn("route", "rest");
        assertThat(file.id())
                .as("%s: the id is trainwatch- and a verb phrase in kebab-case", file)
                .matches("trainwatch(-[a-z]+){2,}");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void takesMessagesUnderItsOwnName(RouteFile file) {
        assumeThat(file.from()).as("a folder has a name of its own").doesNotStartWith("file:{{");
        assertThat(file.from())
                .as("%s: the name in from.uri is the route's id", file)
                .isIn(
                        "direct:" + file.id(),
                        "seda:" + file.id(),
                        "trainwatch-quartz:" + file.id().replaceFirst("^trainwatch-", ""));
    }

    @ParameterizedTest
    @MethodSource("files")
    void isDescribedInOneSentenceOfThePresentTense(RouteFile file) {
        assertThat(file.description())
                .as("%s: describe it in one line that begins like 'Cancels a job', without a period at the end", file)
                .matches("[A-Z][a-z]+s\\b.*[^.!?]")
                .doesNotContain(". ");
        assertThat(file.description())
                .as("%s: a placeholder in a description is shown as it stands; say it in words", file)
                .doesNotContain("{{", "${");
    }

    @ParameterizedTest
    @MethodSource("files")
    void isWrittenInTheCanonicalForm(RouteFile file) {
        List<String> compact = new ArrayList<>();
        file.steps().stream()
                .filter(step -> !step.value().isObject())
                .forEach(step -> compact.add("write '" + step.kind() + "' as a map"));
        file.eachMember((path, value) -> {
            String name = path.substring(path.lastIndexOf('.') + 1);
            if (LANGUAGES.contains(name) && !(path.endsWith("expression." + name) && value.isObject())) {
                compact.add("write " + path + " as expression: {" + name + ": {expression: …}}");
            }
            if (name.equals("expression") && !path.contains("expression.") && !value.isObject()) {
                compact.add("name the language of " + path);
            }
            if (name.equals("uri") && value.asText("").contains("?")) {
                compact.add("write what follows the ? of " + value + " as parameters");
            }
        });
        assertThat(compact).as("%s is not in the canonical form", file).isEmpty();
    }

    @Test
    void everyStepHasAnIdOfItsOwn() {
        Map<String, List<String>> filesOfId = new TreeMap<>();
        for (RouteFile file : files()) {
            filesOfId.computeIfAbsent(file.id(), id -> new ArrayList<>()).add(file.name());
            for (RouteFile.Step step : file.steps()) {
                assertThat(step.text("id"))
                        .as(
                                "%s: give '%s' an id, so that tests and logs can name it: %s",
                                file, step.kind(), step.value())
                        .matches("[a-z]+(-[a-z]+)*");
                filesOfId
                        .computeIfAbsent(running(step), id -> new ArrayList<>())
                        .add(file.name());
            }
        }
        filesOfId.values().removeIf(found -> found.size() == 1);
        assertThat(filesOfId)
                .as("Ids that stand more than once; rename all but one")
                .isEmpty();
    }

    /** A copy that somebody has of an earlier route would otherwise not start beside the others. */
    @Test
    void noStepHasTheIdOfOneThatAnotherRouteOfAnEarlierVersionHas() throws IOException {
        Map<String, String> routeOfStep = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/earlier/routes.txt"))) {
            String[] names = line.split(":? ");
            Stream.of(names).skip(1).forEach(step -> routeOfStep.put("trainwatch-" + step, "trainwatch-" + names[0]));
        }
        for (RouteFile file : files()) {
            for (RouteFile.Step step : file.steps()) {
                assertThat(routeOfStep.getOrDefault(running(step), file.id()))
                        .as(
                                "%s: give %s another id; version 0.1.0 has it in the route that follows",
                                file, step.text("id"))
                        .isEqualTo(file.id());
            }
        }
    }

    /** Its id once it is loaded. */
    private static String running(RouteFile.Step step) {
        return "trainwatch-" + step.text("id").replaceFirst("^trainwatch-", "");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void saysWhatBecomesOfAFailure(RouteFile file) {
        if (file.content().has("routeConfigurationId")) {
            return;
        }
        assertThat(file.content().path("errorHandler").has("noErrorHandler"))
                .as(
                        "%s: name a routeConfigurationId, or say 'errorHandler: {noErrorHandler: {}}' to hand failures to"
                                + " the caller, from whom Camel's own rule keeps them",
                        file)
                .isTrue();
        boolean isWaitedFor = file.content().path("from").path("parameters").has("exceptionHandler");
        assertThat(file.from().startsWith("direct:") || isWaitedFor)
                .as("%s: nobody calls it, so a rule of its own must take its failures, such as 'unattended'", file)
                .isTrue();
    }

    @Test
    void everyMessageIsSentToARouteThatIsThere() {
        Map<String, Set<String>> senders = senders();
        senders.keySet().removeAll(consumed());
        assertThat(senders)
                .as("Nothing consumes these; add the route or correct the name where it is sent from")
                .isEmpty();
    }

    @Test
    void everyRouteIsSentTo() {
        Set<String> idle = consumed();
        idle.removeAll(senders().keySet());
        assertThat(idle)
                .as("Nothing sends to these; remove the routes or call them")
                .isEmpty();
    }

    @Test
    void aQueueIsAsLongForItsSendersAsForItsConsumer() {
        Map<String, Set<String>> sizes = new TreeMap<>();
        for (RouteFile file : routes()) {
            JsonNode from = file.content().path("from");
            Stream.concat(Stream.of(from), file.steps().stream().map(RouteFile.Step::value))
                    .filter(endpoint -> endpoint.path("uri").asText("").startsWith("seda:"))
                    .forEach(endpoint -> sizes.computeIfAbsent(
                                    endpoint.path("uri").asText(), uri -> new TreeSet<>())
                            .add(endpoint.path("parameters").path("size").asText("none")));
        }
        assertThat(sizes)
                .as("Camel refuses a queue that is named with two sizes; give both ends the same 'size'")
                .allSatisfy((uri, found) -> assertThat(found).hasSize(1));
    }

    private static Set<String> consumed() {
        return routes().stream()
                .map(RouteFile::from)
                .filter(from -> from.startsWith("direct:") || from.startsWith("seda:"))
                .map(from -> from.substring(from.indexOf(':') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Who sends to each route, in YAML and in Java. */
    private static Map<String, Set<String>> senders() {
        Map<String, Set<String>> senders = new TreeMap<>();
        for (RouteFile file : files()) {
            file.sends()
                    .forEach(send -> senders.computeIfAbsent(send.to(), to -> new TreeSet<>())
                            .add(file.name()));
        }
        JavaSources.sends()
                .forEach((type, names) -> names.forEach(to ->
                        senders.computeIfAbsent(to, name -> new TreeSet<>()).add(type + ".java")));
        return senders;
    }
}
