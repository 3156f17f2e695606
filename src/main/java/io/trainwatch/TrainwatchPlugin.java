package io.trainwatch;

import io.trainwatch.errors.RouteEnds;
import io.trainwatch.settings.Settings;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Trainwatch into whatever Camel context loads the jar: camel-main, Spring Boot, another runtime. Found by the
 * service loader.
 *
 * <p>The beans and routes are added when the context initializes, not when the plugin is loaded: by then the runtime has
 * set up its properties, and what fails here stops the start, whereas Camel only logs what fails in {@link #load}.
 */
public final class TrainwatchPlugin implements ContextServicePlugin {

    private static final Logger LOG = LoggerFactory.getLogger(TrainwatchPlugin.class);

    @Override
    public void load(CamelContext context) {
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            private TrainwatchBeans beans;

            @Override
            public void onContextInitializing(CamelContext starting) {
                beans = bringInto(starting);
            }

            @Override
            public void onContextStarting(CamelContext starting) {
                beans.awaitStore();
                beans.takePolicies();
            }

            @Override
            public void onContextStopping(CamelContext stopping) {
                if (beans != null) {
                    beans.drain();
                }
            }

            @Override
            public void onContextStopped(CamelContext stopped) {
                if (beans != null) {
                    beans.close();
                }
            }
        });
    }

    private static TrainwatchBeans bringInto(CamelContext context) {
        Settings settings = context.getRegistry().findSingleByType(Settings.class);
        if (settings == null) {
            settings = TrainwatchSettings.read(new RuntimeProperties(context), RuntimeProperties.profile(context));
        }
        settings.warnings().forEach(LOG::warn);
        context.getPropertiesComponent().addPropertiesSource(new SettingsPlaceholders(settings));
        TrainwatchBeans beans = new TrainwatchBeans(context, settings);
        try {
            beans.bind();
            context.addRoutesConfigurations(beans.errorHandling());
            List<Resource> routes = new RouteFiles(
                            context,
                            settings.get(TrainwatchSettings.ROUTES_DIRECTORY),
                            settings.isGiven(TrainwatchSettings.ROUTES_DIRECTORY))
                    .find();
            load(context, routes, beans.routeEnds());
            return beans;
        } catch (Exception e) {
            beans.close();
            throw e instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("Trainwatch's routes cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** The rules that the ends give are for these routes only, and not for what else the runtime has. */
    private static void load(CamelContext context, List<Resource> routes, RouteEnds ends) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        NodeIds nodeIds = new NodeIds();
        model.addModelLifecycleStrategy(ends);
        model.addModelLifecycleStrategy(nodeIds);
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(routes);
        } finally {
            model.removeModelLifecycleStrategy(ends);
            model.removeModelLifecycleStrategy(nodeIds);
        }
    }
}
