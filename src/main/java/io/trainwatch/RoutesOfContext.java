package io.trainwatch;

import io.trainwatch.errors.ErrorHandling;
import io.trainwatch.errors.RouteEnds;
import io.trainwatch.errors.Words;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.SettingsException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
    private final Set<String> ids = new TreeSet<>();
    /** What they take messages from, by id. */
    private final Map<String, String> ours = new HashMap<>();

    private final Set<RouteDefinition> ofHost = new HashSet<>();
    private final ModelLifecycleStrategySupport replacing = new ModelLifecycleStrategySupport() {
        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            if (ids.contains(route.getId())) {
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
        List<RouteDefinition> before = model.getRouteDefinitions().stream()
                .filter(route -> isOurs(route.getId()))
                .toList();
        List<RouteConfigurationDefinition> others = model.getRouteConfigurationDefinitions().stream()
                .filter(configuration -> !isOurs(configuration.getId()))
                .toList();
        ExtendedCamelContext extension = context.getCamelContextExtension();
        ErrorHandlerFactory handler = extension.getErrorHandlerFactory();
        model.getRouteConfigurationDefinitions().removeAll(others);
        extension.setErrorHandlerFactory(new DefaultErrorHandlerDefinition());
        model.addModelLifecycleStrategy(ends);
        model.addModelLifecycleStrategy(nodeIds);
        try {
            context.addRoutesConfigurations(errorHandling);
            loadAll(files.find());
        } finally {
            extension.setErrorHandlerFactory(handler);
            model.getRouteConfigurationDefinitions().addAll(others);
            model.removeModelLifecycleStrategy(ends);
            model.removeModelLifecycleStrategy(nodeIds);
        }
        model.getRouteDefinitions().stream()
                .map(RouteDefinition::getId)
                .filter(RoutesOfContext::isOurs)
                .forEach(ids::add);
        ours.putAll(addresses());
        model.addModelLifecycleStrategy(replacing);
        model.addRouteDefinitions(
                before.stream().filter(route -> ids.contains(route.getId())).toList());
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

    private interface Loading {
        void run() throws Exception;
    }

    /** A failure says which file it is in. */
    private static void loading(Resource resource, Loading step) {
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

    private static boolean isOurs(String id) {
        return id != null && id.startsWith(NodeIds.PREFIX);
    }

    /** Warns of messages that have nowhere to go, since a route of the host in the place of one of ours takes others. */
    void check() {
        Set<String> taken = new TreeSet<>(addresses().values());
        for (RouteDefinition route : ofHost) {
            String address = ours.getOrDefault(route.getId(), "");
            if (address.matches("(direct|seda):.*") && !taken.contains(address)) {
                LOG.warn(
                        "The route {} of this application takes messages from {}, but they are sent to {}. Have it begin"
                                + " with that",
                        route.getId(),
                        address(route.getInput().getEndpointUri()),
                        address);
            }
        }
    }

    /** What each route takes messages from, by its id. */
    private Map<String, String> addresses() {
        return model.getRouteDefinitions().stream()
                .filter(route -> route.getId() != null)
                .collect(Collectors.toMap(
                        RouteDefinition::getId,
                        route -> address(route.getInput().getEndpointUri()),
                        (first, second) -> first));
    }

    private static String address(String uri) {
        return uri.replaceFirst("\\?.*", "").replaceFirst(":/+", ":");
    }

    /** So that the context has nothing of ours any more, and may be started again. */
    void remove() {
        model.removeModelLifecycleStrategy(replacing);
        model.getRouteConfigurationDefinitions().removeIf(configuration -> isOurs(configuration.getId()));
        model.getRestDefinitions().removeIf(rest -> isOurs(rest.getId()));
        model.getRouteDefinitions().removeIf(route -> ids.contains(route.getId()) && !ofHost.contains(route));
    }
}
