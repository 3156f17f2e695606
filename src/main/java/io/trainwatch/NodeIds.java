package io.trainwatch;

import org.apache.camel.NamedNode;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * Gives the steps of Trainwatch's routes ids that no host uses: {@code delete-job} becomes {@code trainwatch-delete-job}.
 * Camel refuses to start two routes with a step of the same id, and its own {@code nodePrefixId} does not keep it from that.
 */
final class NodeIds extends ModelLifecycleStrategySupport {

    static final String PREFIX = "trainwatch-";

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (route.getId() != null && route.getId().startsWith(PREFIX)) {
            route.getChildren().forEach(NodeIds::prefix);
        }
    }

    private static void prefix(NamedNode node) {
        if (node instanceof OptionalIdentifiedDefinition<?> step
                && step.hasCustomIdAssigned()
                && !step.getId().startsWith(PREFIX)) {
            step.setId(PREFIX + step.getId());
        }
        node.getChildren().forEach(NodeIds::prefix);
    }
}
