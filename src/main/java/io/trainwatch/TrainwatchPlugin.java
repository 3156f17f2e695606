package io.trainwatch;

import io.trainwatch.api.HttpSettings;
import io.trainwatch.optional.discovery.DiscoverySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Source;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.JobsSettings;
import io.trainwatch.webhook.WebhookSettings;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Trainwatch into whatever Camel context loads the jar: camel-main, Spring Boot, another runtime. Found by the
 * service loader.
 *
 * <p>The beans and routes are added when the context initializes, not when the plugin is loaded: by then the runtime has
 * set up its properties, and what fails here stops the start, whereas Camel only logs what fails in {@link #load}. Where
 * no key of Trainwatch's is set, nothing is added.
 */
public final class TrainwatchPlugin implements ContextServicePlugin {

    private static final Logger LOG = LoggerFactory.getLogger(TrainwatchPlugin.class);

    @Override
    public void load(CamelContext context) {
        context.addLifecycleStrategy(new Life());
    }

    /** A context may be stopped and started again. */
    private static final class Life extends LifecycleStrategySupport {

        private final SettingsPlaceholders placeholders = new SettingsPlaceholders();
        private StoreUse use;
        private TrainwatchBeans beans;
        private RoutesOfContext routes;

        @Override
        public void onContextInitializing(CamelContext context) {
            Settings bound = context.getRegistry().findSingleByType(Settings.class);
            Optional<Settings> settings = bound == null ? ofRuntime(context) : Optional.of(bound);
            if (beans == null && settings.isPresent()) {
                bringInto(context, settings.get(), bound == null);
            }
        }

        private void bringInto(CamelContext context, Settings settings, boolean isEmbedded) {
            settings.warnings().forEach(LOG::warn);
            placeholders.stand(settings.effective());
            if (context.getPropertiesComponent().getPropertiesSource(placeholders.getName()) == null) {
                context.getPropertiesComponent().addPropertiesSource(placeholders);
            }
            try {
                use = StoreUse.begin(settings, context, this::leave);
                beans = new TrainwatchBeans(context, settings, isEmbedded);
                beans.bind();
                routes = new RoutesOfContext(context, beans.errorHandling(), beans.routeEnds());
                routes.load(new RouteFiles(
                        context,
                        settings.get(TrainwatchSettings.ROUTES_DIRECTORY),
                        settings.isGiven(TrainwatchSettings.ROUTES_DIRECTORY),
                        new RouteFiles.LeftOut(
                                Features.unusedChapters(settings), isEmbedded ? notInAHost(settings) : Set.of())));
            } catch (Exception e) {
                leave();
                throw e instanceof RuntimeException cause
                        ? cause
                        : new IllegalStateException("Trainwatch's routes cannot be loaded: " + e.getMessage(), e);
            }
        }

        @Override
        public void onContextStarting(CamelContext starting) {
            if (beans == null) {
                return;
            }
            try {
                routes.check();
                routes.subscribe();
                beans.checkEndpoints();
                beans.awaitStore();
                beans.takePolicies();
                LOG.info(startLine(beans.settings()));
            } catch (RuntimeException e) {
                leave(); // Camel stops no context that did not start
                throw e;
            }
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
                leave();
            }
        }

        private void leave() {
            if (routes != null) {
                routes.remove();
            }
            if (beans != null) {
                beans.close();
            }
            if (use != null) {
                use.close();
            }
            placeholders.fall();
            routes = null;
            beans = null;
            use = null;
        }
    }

    private static String startLine(Settings settings) {
        String version = TrainwatchPlugin.class.getPackage().getImplementationVersion();
        return "Trainwatch" + (version == null ? "" : " " + version)
                + ": tenants " + settings.get(TenantSettings.TENANTS).keySet()
                + ", jobs of trainwatch.jobs " + settings.get(JobsSettings.JOBS).size()
                + ", projects that are listed "
                + settings.get(DiscoverySettings.DISCOVERIES).size()
                + ", targets " + settings.get(WebhookSettings.WEBHOOKS).keySet()
                + ", store " + settings.get(StoreSettings.STORE).shown()
                + ", node " + settings.get(TrainwatchSettings.NODE)
                + settings.get(HttpSettings.EmbeddedHttp.EMBEDDED)
                        .path()
                        .map(path -> ", API at " + path + " below the REST path of this runtime")
                        .orElse("");
    }

    /** The settings of another runtime; empty where it wants nothing of Trainwatch. */
    private static Optional<Settings> ofRuntime(CamelContext context) {
        Source runtime =
                Sources.withEnvironment(TrainwatchSettings.SCHEMA, new RuntimeProperties(context), System.getenv());
        if (runtime.names().isEmpty()) {
            LOG.debug("Trainwatch does nothing in the context {}: no key with trainwatch. is set", context.getName());
            return Optional.empty();
        }
        if (runtime.value(TrainwatchSettings.ENABLED.pattern())
                .filter(value -> value.strip().equalsIgnoreCase("false"))
                .isPresent()) {
            LOG.debug("Trainwatch does nothing in the context {}, by trainwatch.enabled", context.getName());
            return Optional.empty();
        }
        return Optional.of(TrainwatchSettings.read(runtime, RuntimeProperties.profile(context)));
    }

    /** What a host has to ask for: an API below its own, and a folder whose files are moved. */
    private static Set<String> notInAHost(Settings settings) {
        Set<String> left = new TreeSet<>();
        if (settings.get(HttpSettings.EmbeddedHttp.EMBEDDED).path().isEmpty()
                || !settings.get(HttpSettings.HTTP).enabled()) {
            left.add("trainwatch-serve-api");
        }
        if (!settings.isGiven(JobsSettings.DIRECTORY)) {
            left.addAll(Set.of("trainwatch-watch-dropped-jobs", "trainwatch-end-removed-jobs"));
        }
        return left;
    }
}
