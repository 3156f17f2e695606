package io.trainwatch.errors;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Sees to it that what a route begins has an end, whatever becomes of the route.
 *
 * <p>A route that says nothing about failures, such as one that an integrator put in the place of another, gets the rule
 * of its kind: one that is called hands them to its caller, one that is not logs them. Camel's own rule would keep them
 * from the caller. Besides, the work that a message stands for is ended when the message is at its end, on whichever
 * route that is, where nothing else has ended it.
 */
public final class RouteEnds extends ModelLifecycleStrategySupport {

    private final RepeatedFaults faults;
    private final Map<String, WorkEnd> ends;

    /** Ends work that a route was to end. */
    @FunctionalInterface
    public interface WorkEnd {
        /**
         * Called at the end of every message; does nothing where the work has ended, or somebody else ends it.
         *
         * @param work the body with which the message came
         * @param thrown what the route failed with; {@code null} where it did not
         */
        void ended(Object work, Throwable thrown);
    }

    /** @param ends by the id of the route that takes the work */
    public RouteEnds(RepeatedFaults faults, Map<String, WorkEnd> ends) {
        this.faults = faults;
        this.ends = Map.copyOf(ends);
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (Boolean.TRUE.equals(route.isRest()) || route.getId() == null) {
            return; // made of a rest definition: a failure is the response to who asked
        }
        // A delivery calls the route that begins with events.
        boolean isCalled =
                route.getInput().getEndpointUri().matches("(direct|trainwatch):.*") && !ends.containsKey(route.getId());
        if (!hasRule(route)) {
            if (isCalled) {
                route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
            } else {
                // Camel has looked for the route's configuration already.
                route.setRouteConfigurationId(ErrorHandling.UNATTENDED);
                RoutesDefinition routes = new RoutesDefinition();
                routes.setCamelContext(route.getCamelContext());
                routes.prepareRoute(route);
            }
        }
        if (!isCalled) {
            if (route.getRoutePolicies() != null) {
                route.getRoutePolicies().removeIf(AtEnd.class::isInstance); // of a context that was started before
            }
            route.routePolicy(new AtEnd("route " + route.getId(), ends.get(route.getId())));
        }
    }

    private static boolean hasRule(RouteDefinition route) {
        return route.getRouteConfigurationId() != null
                || route.getErrorHandler() != null
                || route.getErrorHandlerRef() != null
                || route.getOutputs().stream().anyMatch(OnExceptionDefinition.class::isInstance);
    }

    private final class AtEnd extends RoutePolicySupport {

        private final String name;
        private final WorkEnd end;

        /** @param end {@code null} for a route that takes no work */
        AtEnd(String name, WorkEnd end) {
            this.name = name;
            this.end = end;
        }

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            if (end == null) {
                return;
            }
            Object work = exchange.getMessage().getBody();
            // Goes along where the message is handed on to another queue, and so is called once it is at its end there.
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    finish(work, done);
                }
            });
        }

        private void finish(Object work, Exchange done) {
            Throwable thrown = done.getException() != null
                    ? done.getException()
                    : done.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
            try {
                end.ended(work, thrown);
            } catch (RuntimeException e) {
                faults.happened(name, e);
            }
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (exchange.getException() == null) {
                faults.works(name);
            }
        }
    }
}
