package io.trainwatch;

import io.trainwatch.errors.ErrorHandling;
import io.trainwatch.errors.RouteEnds;
import io.trainwatch.errors.Words;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.webhook.EventsEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trainwatch's routes in a context that may have others.
 *
 * <p>What the host says of all routes (a route configuration without an id, an error handler of the context) is none of
 * theirs: it would handle failures that they hand on. A route of the host with the id of one of them takes its place,
 * whether it is there before or comes later.
 */
final class RoutesOfContext {

    private static final Logger LOG = LoggerFactory.getLogger(RoutesOfContext.class);

    private final CamelContext context;
    private final Model model;
    private final ErrorHandling errorHandling;
    private final RouteEnds ends;
    private final NodeIds nodeIds = new NodeIds();
    /** What was loaded here. */
    private final List<RouteDefinition> loaded = new ArrayList<>();

    private final List<RouteConfigurationDefinition> configurations = new ArrayList<>();
    /** What the routes take messages from, by id. */
    private final Map<String, String> addresses = new HashMap<>();

    private final Set<RouteDefinition> ofHost = new HashSet<>();
    private final ModelLifecycleStrategySupport replacing = new ModelLifecycleStrategySupport() {
        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            if (addresses.containsKey(route.getId())) {
                LOG.info("A route of this application takes the place of Trainwatch's {}", route.getId());
                ofHost.add(route);
                ends.onAddRouteDefinition(route);
            }
        }
    };

    RoutesOfContext(CamelContext context, ErrorHandling errorHandling, RouteEnds ends) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.errorHandling = errorHandling;
        this.ends = ends;
    }

    void load(RouteFiles files) throws Exception {
        List<RouteDefinition> before = List.copyOf(model.getRouteDefinitions());
        List<RouteConfigurationDefinition> others = List.copyOf(model.getRouteConfigurationDefinitions());
        ExtendedCamelContext extension = context.getCamelContextExtension();
        ErrorHandlerFactory handler = extension.getErrorHandlerFactory();
        boolean inlines = context.getRestConfiguration().isInlineRoutes();
        model.getRouteConfigurationDefinitions().clear();
        extension.setErrorHandlerFactory(new DefaultErrorHandlerDefinition());
        context.getRestConfiguration().setInlineRoutes(false);
        model.addModelLifecycleStrategy(ends);
        model.addModelLifecycleStrategy(nodeIds);
        try {
            context.addRoutesConfigurations(errorHandling);
            loadAll(files.find());
        } finally {
            configurations.addAll(model.getRouteConfigurationDefinitions());
            loaded.addAll(model.getRouteDefinitions());
            loaded.removeAll(before);
            model.getRouteConfigurationDefinitions().addAll(0, others);
            extension.setErrorHandlerFactory(handler);
            context.getRestConfiguration().setInlineRoutes(inlines);
            model.removeModelLifecycleStrategy(ends);
            model.removeModelLifecycleStrategy(nodeIds);
        }
        for (RouteDefinition route : loaded) {
            if (Boolean.TRUE.equals(route.isRest())) {
                route.markInlined(); // so that the routes of the API are there for routes of the host as well
            } else if (route.getId().startsWith(NodeIds.PREFIX)) {
                addresses.put(route.getId(), address(route));
            }
        }
        model.addModelLifecycleStrategy(replacing);
        model.addRouteDefinitions(before.stream()
                .filter(route -> addresses.containsKey(route.getId()))
                .toList());
    }

    private void loadAll(List<Resource> resources) {
        Map<RoutesBuilder, Resource> builders = new LinkedHashMap<>();
        for (Resource resource : resources) {
            loading(resource, () -> {
                for (RoutesBuilder routes :
                        PluginHelper.getRoutesLoader(context).findRoutesBuilders(List.of(resource))) {
                    builders.put(routes, resource);
                    if (routes instanceof RouteConfigurationsBuilder configurations) {
                        context.addRoutesConfigurations(configurations);
                    }
                }
            });
        }
        builders.forEach((routes, resource) -> loading(resource, () -> context.addRoutes(routes)));
    }

    interface Loading {
        void run() throws Exception;
    }

    /** A failure says which file it is in. */
    static void loading(Resource resource, Loading step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new SettingsException(List.of(new Problem(
                    resource.getLocation().replaceFirst("^file:", ""),
                    Optional.empty(),
                    "the file cannot be loaded: " + Words.why(e),
                    "Correct it, or take it out of the folder.")));
        }
    }

    /**
     * Has events kept for the routes that begin with them, before any is published.
     *
     * @throws SettingsException where one cannot
     */
    void subscribe() {
        List<Problem> problems = new ArrayList<>();
        for (RouteDefinition route : model.getRouteDefinitions()) {
            String from = route.getInput().getEndpointUri();
            try {
                if (from.startsWith("trainwatch:") && context.getEndpoint(from) instanceof EventsEndpoint events) {
                    events.subscribe();
                }
            } catch (RuntimeException e) {
                problems.add(new Problem(
                        "The route " + route.getId(),
                        Optional.empty(),
                        "it cannot begin with " + address(route) + ": " + Words.why(e),
                        "Correct its uri."));
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    /** Warns of messages that have nowhere to go, since a route of the host in the place of one of ours takes others. */
    void check() {
        Set<String> taken = model.getRouteDefinitions().stream()
                .map(RoutesOfContext::address)
                .collect(Collectors.toSet());
        for (RouteDefinition route : ofHost) {
            String address = addresses.get(route.getId());
            if (address.matches("(direct|seda):.*") && !taken.contains(address)) {
                LOG.warn(
                        "The route {} of this application takes messages from {}, but they are sent to {}. Have it begin"
                                + " with that",
                        route.getId(),
                        address(route),
                        address);
            }
        }
    }

    private static String address(RouteDefinition route) {
        return route.getInput().getEndpointUri().replaceFirst("\\?.*", "").replaceFirst(":/+", ":");
    }

    /** So that the context has nothing of ours any more, and may be started again. */
    void remove() {
        model.removeModelLifecycleStrategy(replacing);
        model.getRouteConfigurationDefinitions().removeAll(configurations);
        model.getRestDefinitions()
                .removeIf(rest -> rest.getId() != null && rest.getId().startsWith(NodeIds.PREFIX));
        model.getRouteDefinitions().removeAll(loaded);
    }
}
