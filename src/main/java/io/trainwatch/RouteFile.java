package io.trainwatch;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A file of routes, before Camel loads it.
 *
 * @param items what the list in the file holds: routes, rests, and what else Camel knows
 */
record RouteFile(Resource resource, List<?> items) {

    private static final Pattern INPUT = Pattern.compile("(?:direct|seda|trainwatch-quartz):/*([\\w-]+).*");

    /**
     * A route, or a rest.
     *
     * @param input the route of Trainwatch's whose messages it takes; empty where it takes others
     * @param definition what the file says of it
     */
    record Route(RouteFile file, String id, String input, Map<?, ?> definition) {

        boolean sendsTo(String id) {
            return !input.equals(id)
                    && definition.toString().matches("(?s).*=(direct|seda):" + Pattern.quote(id) + "[,?}].*");
        }
    }

    static RouteFile read(Resource resource) throws IOException {
        try (Reader text = new InputStreamReader(resource.getInputStream(), StandardCharsets.UTF_8)) {
            Object document = new Load(LoadSettings.builder().build()).loadFromReader(text);
            return new RouteFile(resource, document instanceof List<?> items ? items : List.of());
        } catch (YamlEngineException e) {
            return new RouteFile(resource, List.of()); // Camel says what is wrong with it.
        }
    }

    /** The routes and rests that have an id. */
    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        items.forEach(item -> route(item).ifPresent(routes::add));
        return routes;
    }

    /** The file without some of its routes; empty where nothing is left of it. */
    Optional<Resource> without(Predicate<Route> left) {
        List<?> rest = items.stream()
                .filter(item -> route(item).filter(left).isEmpty())
                .toList();
        if (rest.size() == items.size()) {
            return Optional.of(resource);
        }
        String yaml = new Dump(DumpSettings.builder().build()).dumpToString(rest);
        return rest.isEmpty() ? Optional.empty() : Optional.of(ResourceHelper.fromString(resource.getLocation(), yaml));
    }

    private Optional<Route> route(Object item) {
        if (item instanceof Map<?, ?> entry) {
            for (String kind : List.of("route", "rest")) {
                if (entry.get(kind) instanceof Map<?, ?> definition && definition.get("id") instanceof String id) {
                    return Optional.of(new Route(this, id, input(definition), definition));
                }
            }
        }
        return Optional.empty();
    }

    private static String input(Map<?, ?> definition) {
        Object from = definition.get("from");
        Matcher uri = INPUT.matcher(from instanceof Map<?, ?> input ? String.valueOf(input.get("uri")) : "");
        if (!uri.matches()) {
            return "";
        }
        boolean isTick = uri.group().startsWith(Ticks.COMPONENT);
        return isTick ? NodeIds.PREFIX + uri.group(1) : uri.group(1);
    }
}
