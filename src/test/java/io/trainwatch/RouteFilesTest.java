package io.trainwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RouteFilesTest {

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(RouteFiles.class);
    private static final String ROUTE = """
            - route:
                id: %s
                from:
                  uri: %s
                  steps:
                    - log:
                        message: here
            """;

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    private RouteFiles.LeftOut leftOut = new RouteFiles.LeftOut(Set.of(), Set.of());

    @BeforeEach
    void listen() {
        logged.start();
        LOGGER.addAppender(logged);
    }

    @AfterEach
    void leave() {
        LOGGER.detachAppender(logged);
    }

    @Test
    void aWarningNamesWhatEverybodyMayWrite() throws Exception {
        Path file = write("mine", ROUTE.formatted("mine", "direct:mine"));
        find(true);
        assertThat(lines()).noneMatch(line -> line.startsWith("Everybody"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
        find(true);
        assertThat(lines())
                .contains("Everybody may write " + file + ", and so have this service run what they"
                        + " like. Run: chmod o-w " + file);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        logged.list.clear();
        find(true);
        assertThat(lines()).filteredOn(line -> line.startsWith("Everybody")).hasSize(2);
    }

    @Test
    void aRouteTakesThePlaceOfTheOneWithItsIdWhateverTheFileIsCalled() throws Exception {
        Map<String, String> usual = find(true);
        write("32-whatever", ROUTE.formatted("trainwatch-fetch-status", "direct:trainwatch-fetch-status"));
        write("and-more", ROUTE.formatted("mine", "direct:mine") + "- rest:\n    id: trainwatch-serve-api\n");
        Map<String, String> found = find(false);
        assertThat(found).containsOnlyKeys(with(usual, "mine"));
        assertThat(found.get("trainwatch-fetch-status")).startsWith("file:").endsWith("/32-whatever.camel.yaml");
        assertThat(found.get("trainwatch-serve-api")).endsWith("/and-more.camel.yaml");
        assertThat(found.get("trainwatch-check-job")).isEqualTo(usual.get("trainwatch-check-job"));
        assertThat(lines())
                .containsExactly(
                        folder + "/and-more.camel.yaml: the route mine is added to Trainwatch's",
                        folder
                                + "/32-whatever.camel.yaml: the route trainwatch-fetch-status takes the place of Trainwatch's",
                        folder
                                + "/and-more.camel.yaml: the route trainwatch-serve-api takes the place of Trainwatch's");
    }

    @Test
    void besideTheChaptersOfADistributionARouteThatDiffersCounts() throws Exception {
        Map<String, String> usual = find(true);
        for (String chapter : List.of("20-look", "70-api")) {
            Files.copy(Path.of("routes", chapter + ".camel.yaml"), folder.resolve(chapter + ".camel.yaml"));
        }
        assertThat(find(false)).isEqualTo(usual);
        assertThat(lines()).isEmpty();
        write("00-first", ROUTE.formatted("trainwatch-fetch-status", "direct:trainwatch-fetch-status"));
        assertThat(find(false).get("trainwatch-fetch-status")).endsWith("/00-first.camel.yaml");
    }

    @Test
    void aFolderThatHasItsNameByChanceIsNotRead() throws Exception {
        Map<String, String> usual = find(true);
        write("theirs", ROUTE.formatted("sell-books", "direct:sell-books"));
        write("broken", "- route: [");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(find(false)).isEqualTo(usual);
        assertThat(lines()).hasSize(1).allMatch(line -> line.startsWith("The folder " + folder + " is not read"));
        Files.delete(folder.resolve("broken.camel.yaml"));
        assertThat(find(true)).containsKey("sell-books");
    }

    @Test
    void aChapterThatNothingUsesIsLeftOutWithWhatTakesThePlaceOfItsRoutes() throws Exception {
        Map<String, String> usual = find(true);
        write("mine", ROUTE.formatted("trainwatch-fill-figures", "direct:trainwatch-fill-figures"));
        leftOut = new RouteFiles.LeftOut(Set.of("optional-prometheus"), Set.of("trainwatch-serve-api"));
        Map<String, String> found = find(true);
        assertThat(found)
                .doesNotContainKeys("trainwatch-fill-figures", "trainwatch-query-prometheus", "trainwatch-serve-api")
                .hasSize(usual.size() - 3);
        assertThat(lines())
                .containsExactly(folder + "/mine.camel.yaml: the route trainwatch-fill-figures is left out like"
                        + " Trainwatch's, which no setting has a use for");
    }

    @Test
    void twoRoutesForOnePlaceAreRefusedInWords() throws Exception {
        write("a", ROUTE.formatted("trainwatch-fetch-status", "direct:trainwatch-fetch-status"));
        write(
                "b",
                ROUTE.formatted("trainwatch-fetch-status", "direct:trainwatch-fetch-status")
                        + "    description: Another\n");
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(folder + "/b.camel.yaml: the route trainwatch-fetch-status is in " + folder
                        + "/a.camel.yaml, too");
        Files.delete(folder.resolve("a.camel.yaml"));
        write("b", ROUTE.formatted("my-look", "direct:trainwatch-check-job"));
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(
                        "b.camel.yaml: the route my-look takes the messages of Trainwatch's route trainwatch-check-job")
                .hasMessageContaining("Give it the id trainwatch-check-job");
    }

    @Test
    void aRouteThatThereIsNoMoreIsSpokenOf() throws Exception {
        write("60-keep-watching", ROUTE.formatted("keep-watching", "direct:keep-watching"));
        write("61-report-reversal", ROUTE.formatted("my-own-reversal", "direct:report-reversal"));
        assertThat(find(true)).containsKeys("keep-watching", "my-own-reversal");
        assertThat(lines())
                .contains(folder
                        + "/60-keep-watching.camel.yaml: nothing is sent to the route keep-watching any more, so it is never"
                        + " run. keep-watching is a branch of the route trainwatch-judge-job now: change that instead")
                .anyMatch(
                        line -> line.contains("/61-report-reversal.camel.yaml: nothing is sent to the route my-own-"));

        String sending = ROUTE.formatted("trainwatch-judge-job", "direct:trainwatch-judge-job")
                + "        - to:\n            uri: direct:keep-watching\n";
        write("38-judge-job", sending);
        logged.list.clear();
        assertThat(find(false)).containsKeys("trainwatch-judge-job", "keep-watching");
        assertThat(lines()).noneMatch(line -> line.contains("route keep-watching any more"));

        Files.delete(folder.resolve("60-keep-watching.camel.yaml"));
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(
                        "38-judge-job.camel.yaml: the route trainwatch-judge-job sends to keep-watching, which is no"
                                + " route any more but a branch of the route trainwatch-judge-job");
    }

    @Test
    void anIdWithoutThePrefixIsSpokenOf() throws Exception {
        Map<String, String> usual = find(true);
        write("mine", ROUTE.formatted("judge-job", "direct:judge-job"));
        assertThat(find(false)).isEqualTo(usual);
        assertThat(lines())
                .contains(folder
                        + "/mine.camel.yaml: the route judge-job takes no place of Trainwatch's; the id of that is"
                        + " trainwatch-judge-job");
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(
                        folder + "/mine.camel.yaml: there is no route judge-job; meant is trainwatch-judge-job");
        write("mine", ROUTE.formatted("mine", "direct:mine") + "        - to:\n            uri: direct:call-tenant\n");
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(
                        "mine.camel.yaml: the route mine sends to call-tenant, which is no route; meant is"
                                + " trainwatch-call-tenant");
    }

    @Test
    void eachRouteOfAnEarlierVersionIsSpokenOf() throws Exception {
        Map<String, String> usual = find(true);
        for (String line : Files.readAllLines(Path.of("src/test/resources/earlier/routes.txt"))) {
            String id = line.substring(0, line.indexOf(':'));
            Path file = write("of-0.1.0-" + id, ROUTE.formatted(id, "direct:" + id));
            logged.list.clear();
            if (usual.containsKey("trainwatch-" + id)) {
                assertThatThrownBy(() -> find(true)).hasMessageContaining("meant is trainwatch-" + id);
            } else {
                assertThat(find(true)).containsKey(id);
                assertThat(lines()).anyMatch(said -> said.contains("nothing is sent to the route " + id));
            }
            Files.delete(file);
        }
    }

    @Test
    void whatIsMistypedIsSaid() throws Exception {
        write("mine", ROUTE.formatted("trainwatch-cancle-job", "direct:trainwatch-cancle-job"));
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining("mine.camel.yaml: this version has no route trainwatch-cancle-job. Did you mean"
                        + " trainwatch-cancel-job?");
        write("mine", ROUTE.formatted("trainwatch-cancel-job", "direct:trainwatch-cancle-job"));
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(
                        "the route trainwatch-cancel-job takes messages from 'direct:trainwatch-cancle-job', but"
                                + " they are sent to direct:trainwatch-cancel-job");
        write(
                "mine",
                ROUTE.formatted("mine", "direct:mine")
                        + "        - to:\n            uri: direct:trainwatch-call-tenat\n");
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining(
                        "the route mine sends to trainwatch-call-tenat, which no route has as its name. Did you"
                                + " mean trainwatch-call-tenant?");
        write(
                "mine",
                ROUTE.formatted("mine", "direct:mine")
                        .replace("    from:", "    routeConfigurationId: trainwatch-cancel\n    from:"));
        assertThatThrownBy(() -> find(true))
                .hasMessageContaining("the route mine has the routeConfigurationId trainwatch-cancel, which no route")
                .hasMessageContaining("Did you mean trainwatch-cancels?");
        write("mine", ROUTE.formatted("mine", "direct:mine"));
        Files.move(folder.resolve("mine.camel.yaml"), folder.resolve("mine.yaml"));
        find(true);
        assertThat(lines())
                .contains(folder + "/mine.yaml is not read: the name of a file of routes ends with .camel.yaml");
        write("mine", ROUTE.formatted("trainwatch-cancel-job", "direct:trainwatch-cancel-job"));
        Files.move(folder.resolve("mine.camel.yaml"), folder.resolve("mine.camle.yml"));
        assertThatThrownBy(() -> find(false))
                .hasMessageContaining("mine.camle.yml: the route trainwatch-cancel-job is not read");
    }

    /** Where each route is found, by its id. */
    private Map<String, String> find(boolean isSet) throws Exception {
        Map<String, String> places = new TreeMap<>();
        CamelContext context = new DefaultCamelContext(false);
        try {
            for (Resource resource : new RouteFiles(context, folder, isSet, leftOut).find()) {
                for (RouteFile.Route route : RouteFile.read(resource).routes()) {
                    assertThat(places.put(route.id(), resource.getLocation())).isNull();
                }
            }
        } finally {
            context.close();
        }
        return places;
    }

    private List<String> lines() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private Path write(String name, String yaml) throws IOException {
        return Files.writeString(folder.resolve(name + ".camel.yaml"), yaml);
    }

    private static String[] with(Map<String, String> routes, String more) {
        List<String> ids = new ArrayList<>(routes.keySet());
        ids.add(more);
        return ids.toArray(String[]::new);
    }
}
