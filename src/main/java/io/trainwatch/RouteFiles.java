package io.trainwatch;

import io.trainwatch.RouteFile.Route;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.Spelling;
import io.trainwatch.store.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the routes: those in the jar, and those in the routes folder. A route of the folder takes the place of the one
 * with the same id in the jar, whatever its file is called, and a new one is added; so a runtime needs no folder, and an
 * integrator changes one route by putting one file there.
 */
final class RouteFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final String SUFFIX = ".camel.yaml";

    /** The routes of earlier versions that are there no more, each with what they are now. */
    private static final Map<String, String> GONE = Map.ofEntries(
            Map.entry(
                    "record-failed-look", "a call of the bean trainwatchFailedLooks, from the error handling of looks"),
            Map.entry(
                    "record-invalid-status",
                    "a call of the bean trainwatchFailedLooks, from the error handling of answers"),
            Map.entry("confirm-end", "a branch of the route trainwatch-judge-job"),
            Map.entry("report-reversal", "a branch of the route trainwatch-judge-job"),
            Map.entry("keep-watching", "a branch of the route trainwatch-judge-job"),
            Map.entry("stop-job", "two branches of the route trainwatch-judge-job"),
            Map.entry("tell-overdue-cancels", "the route trainwatch-report-overdue-cancels"),
            Map.entry("ask-question", "the route trainwatch-call-tenant, whose body is the request"),
            Map.entry("list-trainings", "a part of the route trainwatch-start-training"),
            Map.entry("take-step", "a part of the route trainwatch-start-training"),
            Map.entry("serve-statistics", "the route trainwatch-serve-request"),
            Map.entry("serve-jobs", "the route trainwatch-serve-request"),
            Map.entry("remove-job", "the route trainwatch-serve-request"));

    private final CamelContext context;
    private final Path directory;
    private final boolean isSet;
    private final LeftOut leftOut;

    /**
     * What is not wanted here.
     *
     * @param chapters files of the jar whose routes have nothing to do, by name without the ending; what the folder has in
     *     their places has nothing to do, either
     * @param ids routes of the jar
     */
    record LeftOut(Set<String> chapters, Set<String> ids) {

        private boolean hasChapterOf(Route route) {
            String location = route.file().resource().getLocation();
            return chapters.contains(location.replaceFirst(".*/", "").replace(SUFFIX, ""));
        }
    }

    /**
     * @param directory need not exist
     * @param isSet whether somebody named it; another folder may have the usual name by chance
     */
    RouteFiles(CamelContext context, Path directory, boolean isSet, LeftOut leftOut) {
        this.context = context;
        this.directory = directory;
        this.isSet = isSet;
        this.leftOut = leftOut;
    }

    /**
     * The routes in the order of the files' names, those of the jar first.
     *
     * @throws SettingsException where the folder does not say which route is meant
     */
    List<Resource> find() throws Exception {
        List<Resource> brought = PluginHelper.getPackageScanResourceResolver(context)
                .findResources("classpath:trainwatch/routes/*" + SUFFIX)
                .stream()
                .sorted(Comparator.comparing(Resource::getLocation))
                .toList();
        List<RouteFile> ours = read(brought);
        Map<String, Route> ids = new LinkedHashMap<>();
        routes(ours).forEach(route -> ids.put(route.id(), route));
        List<RouteFile> theirs = theirs(ids);
        List<Problem> problems = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            checkNames(problems);
        }
        Map<String, Route> changed = changed(theirs, ids, problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        Set<String> unused =
                routes(ours).filter(leftOut::hasChapterOf).map(Route::id).collect(Collectors.toSet());
        tellChanged(changed, ids, unused);
        List<Resource> routes = new ArrayList<>();
        ours.forEach(file -> file.without(route -> changed.containsKey(route.id())
                        || unused.contains(route.id())
                        || leftOut.ids().contains(route.id()))
                .ifPresent(routes::add));
        theirs.forEach(file -> file.without(route -> isCopy(route, ids) || unused.contains(route.id()))
                .ifPresent(routes::add));
        return routes;
    }

    /** What is in the folder; nothing where it has its name by chance. */
    private List<RouteFile> theirs(Map<String, Route> ours) throws IOException {
        if (!Files.isDirectory(directory)) {
            if (isSet) {
                LOG.warn("{} is no folder: the routes that Trainwatch brings are used", directory.toAbsolutePath());
            }
            return List.of();
        }
        List<RouteFile> theirs = read(files(file -> file.endsWith(SUFFIX)));
        if (!isSet && routes(theirs).noneMatch(route -> ours.containsKey(route.id()))) {
            tellNotRead(theirs, ours);
            return List.of();
        }
        OwnFiles.openToAll(directory, SUFFIX)
                .forEach(open -> LOG.warn(
                        "Everybody may write {}, and so have this service run what they like. Run: chmod o-w {}",
                        open,
                        open));
        for (RouteFile file : read(files(RouteFiles::isMisnamed))) {
            LOG.warn("{} is not read: the name of a file of routes ends with {}", place(file), SUFFIX);
        }
        return theirs;
    }

    private static boolean isMisnamed(String file) {
        return file.matches(".*\\.ya?ml") && !file.endsWith(SUFFIX);
    }

    /** A route with one of Trainwatch's ids is meant to be read. */
    private void checkNames(List<Problem> problems) throws IOException {
        routes(read(files(RouteFiles::isMisnamed)))
                .filter(route -> route.id().startsWith(NodeIds.PREFIX))
                .forEach(route -> problems.add(problem(
                        route,
                        "the route " + route.id() + " is not read, since the name of the file does not end with "
                                + SUFFIX,
                        "Rename the file.")));
    }

    private void tellNotRead(List<RouteFile> theirs, Map<String, Route> ours) {
        if (!theirs.isEmpty()) {
            LOG.info(
                    "The folder {} is not read: none of its routes has the id of one of Trainwatch's. To add them all the"
                            + " same, set trainwatch.routes.directory",
                    directory.toAbsolutePath());
        }
        routes(theirs)
                .filter(route -> ours.containsKey(NodeIds.PREFIX + route.id()))
                .forEach(route -> LOG.info(
                        "{}: the route {} takes no place of Trainwatch's; the id of that is {}",
                        place(route),
                        route.id(),
                        NodeIds.PREFIX + route.id()));
    }

    /** The routes of the folder that are others than in the jar, by id. */
    private static Map<String, Route> changed(List<RouteFile> theirs, Map<String, Route> ours, List<Problem> problems) {
        Map<String, Route> changed = new TreeMap<>();
        routes(theirs).filter(route -> !isCopy(route, ours)).forEach(route -> {
            Route other = changed.putIfAbsent(route.id(), route);
            if (other != null) {
                problems.add(problem(
                        route,
                        "the route " + route.id() + " is in " + place(other) + ", too",
                        "Keep one of them, or give one another id."));
            }
            Route same = ours.get(route.input());
            if (same != null && !same.id().equals(route.id())) {
                problems.add(problem(
                        route,
                        "the route " + route.id() + " takes the messages of Trainwatch's route " + same.id(),
                        "Give it the id " + same.id() + ", so that it takes its place."));
            }
        });
        changed.values().forEach(route -> checkId(route, ours, problems));
        changed.values().forEach(route -> checkInput(route, ours.get(route.id()), changed.values(), problems));
        changed.values().forEach(route -> checkSends(route, ours, changed.values(), problems));
        Set<String> configurations = ours.values().stream()
                .flatMap(route -> configuration(route).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        changed.values().forEach(route -> checkConfiguration(route, configurations, problems));
        GONE.forEach((id, now) -> checkUse(id, now, changed.values(), problems));
        ours.keySet().forEach(id -> checkFormer(id, changed.values(), problems));
        return changed;
    }

    /** Ids with the prefix are Trainwatch's: another one is mistyped, or of another version. */
    private static void checkId(Route route, Map<String, Route> ours, List<Problem> problems) {
        if (route.id().startsWith(NodeIds.PREFIX) && !ours.containsKey(route.id())) {
            problems.add(problem(
                    route,
                    "this version has no route " + route.id(),
                    meant(
                            route.id(),
                            ours.keySet(),
                            "Give a route of your own an id that does not begin with " + NodeIds.PREFIX + ".")));
        }
    }

    /** Others would send to the name of the route whose place it takes, where nobody takes the messages. */
    private static void checkInput(Route route, Route same, Collection<Route> theirs, List<Problem> problems) {
        boolean isCalled = same != null && same.from().matches("(direct|seda):.*");
        if (isCalled && theirs.stream().noneMatch(other -> other.takesWhatIsSentTo(same.from()))) {
            problems.add(problem(
                    route,
                    "the route " + route.id() + " takes messages from " + Problem.quoted(route.from())
                            + ", but they are sent to " + same.from(),
                    "Write uri: " + same.from() + "."));
        }
    }

    private static void checkSends(
            Route route, Map<String, Route> ours, Collection<Route> theirs, List<Problem> problems) {
        Set<String> known = new TreeSet<>(ours.keySet());
        theirs.forEach(other -> known.add(other.input()));
        route.sends().stream()
                .filter(name -> name.startsWith(NodeIds.PREFIX) && !known.contains(name))
                .forEach(name -> problems.add(problem(
                        route,
                        "the route " + route.id() + " sends to " + name + ", which no route has as its name",
                        meant(name, ours.keySet(), "Correct the name."))));
    }

    /** Without the one that it means, it would have none of the rules for failures. */
    private static void checkConfiguration(Route route, Set<String> known, List<Problem> problems) {
        configuration(route)
                .filter(name -> name.startsWith(NodeIds.PREFIX) && !known.contains(name))
                .ifPresent(name -> problems.add(problem(
                        route,
                        "the route " + route.id() + " has the routeConfigurationId " + name
                                + ", which no route of Trainwatch has",
                        meant(name, known, "There is " + String.join(", ", known) + "."))));
    }

    private static Optional<String> configuration(Route route) {
        return Optional.ofNullable(route.definition().get("routeConfigurationId"))
                .map(String::valueOf);
    }

    private static String meant(String unknown, Collection<String> ids, String otherwise) {
        List<String> words = ids.stream().map(RouteFiles::former).toList();
        return Spelling.nearest(former(unknown), words)
                .map(word -> "Did you mean " + NodeIds.PREFIX + word + "?")
                .orElse(otherwise);
    }

    /** Until version 0.1.0 the ids had no prefix. */
    private static String former(String id) {
        return id.substring(NodeIds.PREFIX.length());
    }

    private static void checkFormer(String id, Collection<Route> theirs, List<Problem> problems) {
        String former = former(id);
        for (Route route : theirs) {
            if (route.id().equals(former)) {
                problems.add(problem(
                        route,
                        "there is no route " + former + "; meant is " + id,
                        "Give it that id, and its beans, direct: and seda: names theirs (docs/overriding.md), or another id"
                                + " where it is to be added."));
            } else if (route.sendsTo(former)
                    && theirs.stream().noneMatch(other -> other.input().equals(former))) {
                problems.add(problem(
                        route,
                        "the route " + route.id() + " sends to " + former + ", which is no route; meant is " + id,
                        "Change the route, or add one that takes these messages."));
            }
        }
    }

    /** A distribution has the routes of its jar in its folder, too. */
    private static boolean isCopy(Route route, Map<String, Route> ours) {
        Route same = ours.get(route.id());
        return same != null && same.definition().equals(route.definition());
    }

    private static void tellChanged(Map<String, Route> changed, Map<String, Route> ours, Set<String> unused) {
        for (Route route : changed.values()) {
            String what = unused.contains(route.id())
                    ? "{}: the route {} is left out like Trainwatch's, which no setting has a use for"
                    : ours.containsKey(route.id())
                            ? "{}: the route {} takes the place of Trainwatch's"
                            : "{}: the route {} is added to Trainwatch's";
            LOG.info(what, place(route), route.id());
        }
    }

    private static void checkUse(String gone, String now, Collection<Route> theirs, List<Problem> problems) {
        List<Route> senders =
                theirs.stream().filter(route -> route.sendsTo(gone)).toList();
        List<Route> there = theirs.stream()
                .filter(route -> route.id().equals(gone) || route.input().equals(gone))
                .toList();
        if (there.isEmpty()) {
            senders.forEach(route -> problems.add(problem(
                    route,
                    "the route " + route.id() + " sends to " + gone + ", which is no route any more but " + now,
                    "Change the route, or add one with the id " + gone + ".")));
        }
        if (senders.isEmpty()) {
            there.forEach(route -> LOG.warn(
                    "{}: nothing is sent to the route {} any more, so it is never run. {} is {} now: change that instead",
                    place(route),
                    route.id(),
                    gone,
                    now));
        }
    }

    private static Problem problem(Route route, String what, String advice) {
        return new Problem(place(route), Optional.empty(), what, advice);
    }

    private static List<RouteFile> read(List<Resource> resources) throws IOException {
        List<RouteFile> files = new ArrayList<>();
        for (Resource resource : resources) {
            files.add(RouteFile.read(resource));
        }
        return files;
    }

    private List<Resource> files(Predicate<String> name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> name.test(file.getFileName().toString()))
                    .sorted()
                    .map(file -> ResourceHelper.resolveResource(context, "file:" + file))
                    .toList();
        }
    }

    private static Stream<Route> routes(List<RouteFile> files) {
        return files.stream().flatMap(file -> file.routes().stream());
    }

    /** The file that a route is in. */
    private static String place(Route route) {
        return place(route.file());
    }

    private static String place(RouteFile file) {
        return file.resource().getLocation().replaceFirst("^file:", "");
    }
}
