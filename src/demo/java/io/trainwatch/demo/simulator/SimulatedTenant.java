package io.trainwatch.demo.simulator;

import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Comparator;
import java.util.List;

/**
 * A tenant that speaks the {@code training} API and the {@code tasks} API on 127.0.0.1, about jobs and tasks that follow
 * a script.
 *
 * <p>What it says about a job depends on its seed, the job's script and the time since the job was added, so a run with
 * the same seed and clock is the same. Serves 1,000 jobs and well over 5,000 requests a second on a part of one core.
 * For any thread; its own threads are daemons, so it does not keep the process alive.
 *
 * <pre>{@code
 * try (SimulatedTenant tenant = SimulatedTenant.start(TenantOptions.defaults())) {
 *     tenant.add(JobScript.of("shop", "intents", Ending.BREACHES_CPU));
 *     tenant.faults().inject(Fault.SERVER_ERROR, 0.1);
 *     // … watch it …
 *     JobTruth truth = tenant.truth("shop", "intents");
 * }
 * }</pre>
 */
public final class SimulatedTenant implements AutoCloseable {

    private final TenantOptions options;
    private final TenantFaults faults;
    private final RequestLog requests = new RequestLog();
    private final TrainingApi api;
    private final SimulatedTasks tasks;
    private final TasksApi tasksApi;
    private final SimulatedPrometheus prometheus;
    private final LoopbackServer server;

    private SimulatedTenant(TenantOptions options) {
        this.options = options;
        faults = new TenantFaults(options.seed());
        api = new TrainingApi(options, faults, requests);
        tasks = new SimulatedTasks(options.seed(), options.clock());
        tasksApi = new TasksApi(options, tasks, faults, requests);
        prometheus = new SimulatedPrometheus(options, tasks);
        server = new LoopbackServer(
                "simulated-tenant", options.port(), options.trickleFor(), options.hangFor(), this::answer);
    }

    /**
     * Starts a tenant without jobs.
     *
     * @throws UncheckedIOException where it cannot listen, as when the port is taken
     */
    public static SimulatedTenant start(TenantOptions options) {
        return new SimulatedTenant(options);
    }

    private Answer answer(Call call) {
        if (SimulatedPrometheus.isBelow(call.path())) {
            return prometheus.answer(call);
        }
        Answer answer = TasksApi.isBelow(call.path()) ? tasksApi.answer(call) : api.answer(call);
        return answer.with("Date", SimulatedApi.httpDate(options.clock().instant(), faults.clockAhead()));
    }

    /** The base of the {@code training} API: {@code http://127.0.0.1:<port>/api/v2}, without a slash at the end. */
    public URI baseUrl() {
        return URI.create(server.url() + TrainingApi.BASE);
    }

    /** The base of the {@code tasks} API: {@code http://127.0.0.1:<port>}, without a slash at the end. */
    public URI tasksBaseUrl() {
        return URI.create(server.url());
    }

    /** A Prometheus beside it: {@code http://127.0.0.1:<port>/prometheus}, without a slash at the end. */
    public URI prometheusUrl() {
        return URI.create(server.url() + SimulatedPrometheus.BASE);
    }

    /** The Prometheus that knows what its tasks use. */
    public SimulatedPrometheus prometheus() {
        return prometheus;
    }

    /** The projects and tasks of its {@code tasks} API. */
    public SimulatedTasks tasks() {
        return tasks;
    }

    public TenantOptions options() {
        return options;
    }

    /**
     * Adds a job, whose time begins now, and its project.
     *
     * @throws IllegalArgumentException where there is such a job already
     */
    public SimulatedTenant add(JobScript script) {
        api.add(new SimulatedJob(script, options.seed(), options.clock().instant()));
        return this;
    }

    /** Forgets a job, as tenants do after a while: it is answered 404 from now on, and its truth is gone. */
    public void forget(String project, String job) {
        api.remove(project, job);
    }

    /** Takes a project of the {@code training} API from the client: all about it is answered 403 from now on. */
    public void withdraw(String project) {
        api.withdraw(project);
    }

    /** Makes every token that was issued so far worthless. */
    public void revokeTokens() {
        api.tokens.revokeAll();
        tasksApi.tokens.revokeAll();
    }

    /** Makes the API key of the {@code tasks} API worthless. */
    public void revokeApiKey() {
        tasksApi.revokeApiKey();
    }

    /** The scripts of the jobs, ordered by project and job. */
    public List<JobScript> jobs() {
        return api.all().stream()
                .map(SimulatedJob::life)
                .sorted(Comparator.comparing(JobScript::project).thenComparing(JobScript::job))
                .toList();
    }

    /**
     * What really happened to a job until now.
     *
     * @throws IllegalArgumentException where there is no such job
     */
    public JobTruth truth(String project, String job) {
        SimulatedJob found = api.find(project, job);
        if (found == null) {
            throw new IllegalArgumentException("there is no simulated job " + project + "/" + job);
        }
        return found.truth(options.clock().instant());
    }

    /** The switches for what goes wrong. */
    public TenantFaults faults() {
        return faults;
    }

    /** What was asked of it so far, in either API. */
    public RequestLog requests() {
        return requests;
    }

    /** Stops at once; open connections are closed, held-back answers are never given. */
    @Override
    public void close() {
        server.close();
    }
}
