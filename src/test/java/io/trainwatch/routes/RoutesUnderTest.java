package io.trainwatch.routes;

import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.MachineClock;
import io.trainwatch.watch.WatchedJob;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * The routes of {@code routes/} with the beans of production and a real store; only the calls that leave the
 * process are replaced, and the clock is set by the test.
 */
final class RoutesUnderTest implements AutoCloseable {

    /** Answers the request for a status. */
    @FunctionalInterface
    interface Tenant {
        /** @return the body of a 200, {@code null} for none; to answer otherwise, it throws */
        String status(JobKey job) throws Exception;
    }

    /** Answers the request for a page of a list. */
    @FunctionalInterface
    interface Lists {
        /** @return the body of a 200, text or a stream, {@code null} for none; to answer otherwise, it throws */
        Object page(String project, String query) throws Exception;
    }

    /** Answers a request for anything else, by its path or query. */
    @FunctionalInterface
    interface Answers {
        /** @return the body of a 200; to answer otherwise, it throws */
        String to(String request) throws Exception;
    }

    /** A message that a webhook receiver got. */
    record Posted(String id, String body, Map<String, Object> headers) {}

    final SettableClock clock;
    final List<JobKey> deletes = new CopyOnWriteArrayList<>();
    final List<Posted> posted = new CopyOnWriteArrayList<>();
    /** The headers of the requests to the tenant. */
    final List<Map<String, Object>> requested = new CopyOnWriteArrayList<>();
    /** With which statuses were asked for; {@code "null"} for none. */
    final Set<String> statusQueries = ConcurrentHashMap.newKeySet();

    volatile Tenant tenant = job -> {
        throw answer(404, Map.of());
    };
    volatile Tenant cancelling = job -> "";
    volatile Lists lists;
    /** What the receiver answers. */
    volatile int receiver = 200;

    volatile Answers flows = path -> {
        throw answer(404, Map.of());
    };
    volatile Answers prometheus = query -> {
        throw answer(404, Map.of());
    };

    private final Main main = new Main();
    /** By the id of the step that they replace. */
    private final Map<String, Processor> ends = new HashMap<>();

    private RoutesUnderTest(SettableClock clock, Lists lists) {
        this.clock = clock;
        this.lists = lists;
    }

    /**
     * Starts the routes.
     *
     * @param folder holds store and audit
     * @param more settings besides a tenant {@code acme} and a webhook
     */
    static RoutesUnderTest start(Path folder, SettableClock clock, Map<String, String> more) throws Exception {
        return start(folder, clock, more, (project, query) -> {
            throw answer(404, Map.of());
        });
    }

    /** The same, for a tenant whose jobs can be listed from the first moment on. */
    static RoutesUnderTest start(Path folder, SettableClock clock, Map<String, String> more, Lists lists)
            throws Exception {
        return start(folder, Map.of("trainwatchClock", clock), clock, more, lists, job -> {
            throw answer(404, Map.of());
        });
    }

    /** The same, in a runtime that has bound something of its own. */
    static RoutesUnderTest startIn(Object ofHost, Path folder, SettableClock clock) throws Exception {
        Tenant none = job -> {
            throw answer(404, Map.of());
        };
        Map<String, Object> bound = Map.of("trainwatchClock", clock, "ofHost", ofHost);
        return start(folder, bound, clock, Map.of(), (project, query) -> none.status(null), none);
    }

    /** The same, with the clocks of a machine, from which the time is made as in production. */
    static RoutesUnderTest start(Path folder, MachineClock machine, Map<String, String> more, Tenant tenant)
            throws Exception {
        Lists none = (project, query) -> {
            throw answer(404, Map.of());
        };
        return start(folder, Map.of("trainwatchClock", machine), null, more, none, tenant);
    }

    private static RoutesUnderTest start(
            Path folder,
            Map<String, Object> bound,
            SettableClock clock,
            Map<String, String> more,
            Lists lists,
            Tenant tenant)
            throws Exception {
        RoutesUnderTest routes = new RoutesUnderTest(clock, lists);
        routes.tenant = tenant;
        Map<String, String> values = new HashMap<>(Map.of(
                "trainwatch.tenant.acme.base-url", "http://tenant.invalid/api",
                "trainwatch.webhook.ops.url", "http://receiver.invalid/hook",
                "trainwatch.webhook.ops.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"),
                "trainwatch.audit.directory", folder.resolve("audit").toString(),
                "trainwatch.poll.tick", "50ms"));
        values.putAll(more);
        Main main = routes.main;
        more.keySet().stream().filter(key -> !key.startsWith("trainwatch.")).forEach(key -> {
            values.remove(key);
            main.addInitialProperty(key, more.get(key)); // a property of somebody else's
        });
        main.bind("settings", TrainwatchSettings.read(Sources.of(values)));
        bound.forEach(main::bind);
        main.configure().setJmxEnabled(false);
        // The routes of the API are called directly, since there is no servlet container here.
        main.configure().rest().setInlineRoutes(false);
        routes.ends.put("send-request", routes::answerAsTenant);
        routes.ends.put("get-status", routes::answerAsTenant); // of an earlier version
        routes.ends.put("get-figures", exchange -> {
            String query = exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class);
            String asked = URLDecoder.decode(query, StandardCharsets.UTF_8);
            exchange.getMessage().setBody(routes.prometheus.to(asked).getBytes(StandardCharsets.UTF_8));
        });
        routes.ends.put("post-event", exchange -> {
            Map<String, Object> headers = new HashMap<>(exchange.getMessage().getHeaders());
            routes.posted.add(new Posted(
                    (String) headers.get("webhook-id"), exchange.getMessage().getBody(String.class), headers));
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, routes.receiver);
        });
        routes.replaceEnds(main);
        main.start();
        return routes;
    }

    private void answerAsTenant(Exchange exchange) throws Exception {
        requested.add(new HashMap<>(exchange.getMessage().getHeaders()));
        JobKey job = exchange.getVariable("job", JobKey.class);
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        String query = exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class);
        Object body;
        if (job == null) {
            body = lists.page(exchange.getVariable("project", String.class), query);
        } else if (path.equals(beans().tenants().statusRequest(job, null).path())
                && exchange.getMessage().getHeader(Exchange.HTTP_METHOD) == HttpMethods.GET) {
            statusQueries.add(String.valueOf(query));
            body = tenant.status(job);
        } else if (path.equals(beans().tenants().cancelRequest(job).path())) {
            deletes.add(job);
            body = cancelling.status(job);
        } else {
            body = flows.to(path);
        }
        exchange.getMessage().setBody(body instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : body);
    }

    /** An answer of a tenant that is no success. */
    static HttpOperationFailedException answer(int status, Map<String, String> headers) {
        return new HttpOperationFailedException("http://tenant.invalid", status, "", null, headers, "");
    }

    /** The latest body that was posted about a job. */
    String lastBody(JobKey job) {
        return posted.stream()
                .map(Posted::body)
                .filter(body -> body.contains("\"job_id\":\"" + job.job() + "\""))
                .reduce((first, second) -> second)
                .orElse("");
    }

    /** Calls a route and returns what it answers. */
    Exchange send(String uri, String body, Map<String, Object> headers) {
        return main.getCamelContext().createProducerTemplate().request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    WatchedJob job(JobKey job) {
        return jobs(List.of(job)).get(0);
    }

    List<WatchedJob> jobs(Collection<JobKey> jobs) {
        return beans().watchList().find(jobs.stream().map(JobKey::toString).toList());
    }

    /** The types of the events that were posted about a job, in order. */
    List<String> events(JobKey job) {
        return posted.stream()
                .map(Posted::body)
                .filter(body -> body.contains("\"job_id\":\"" + job.job() + "\""))
                .map(body -> body.replaceFirst("(?s).*\"event_type\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    /** The lines of the audit's file with this action. */
    List<String> audit(String action) throws IOException {
        return auditLines(beans().settings().get(AuditOptions.DIRECTORY)).stream()
                .filter(line -> line.contains('"' + action + '"'))
                .toList();
    }

    /** What stands in the files of an audit's folder, which may not be there yet. */
    static List<String> auditLines(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        }
    }

    @Override
    public void close() {
        main.stop();
    }

    /** Before the first route starts, since it may call somebody at once. */
    private void replaceEnds(Main main) {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport configured) {
                configured
                        .getCamelContext()
                        .getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
                            @Override
                            public void onAddRouteDefinition(RouteDefinition route) {
                                ends.forEach((node, end) -> replace(route.getOutputs(), node, end));
                            }
                        });
            }
        });
    }

    private static boolean isCallOfOurs(ProcessorDefinition<?> step) {
        return step instanceof ToDefinition to && to.getUri().startsWith("direct:");
    }

    private static void replace(List<ProcessorDefinition<?>> steps, String node, Processor end) {
        for (int i = 0; i < steps.size(); i++) {
            ProcessorDefinition<?> step = steps.get(i);
            if (node.equals(step.getId()) && !isCallOfOurs(step)) {
                ProcessDefinition replaced = new ProcessDefinition(end);
                replaced.setId(node);
                replaced.setParent(step.getParent());
                steps.set(i, replaced);
            } else if (step instanceof ChoiceDefinition choice) {
                choice.getWhenClauses().forEach(when -> replace(when.getOutputs(), node, end));
                if (choice.getOtherwise() != null) {
                    replace(choice.getOtherwise().getOutputs(), node, end);
                }
            } else {
                replace(step.getOutputs(), node, end);
            }
        }
    }
}
