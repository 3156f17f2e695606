package io.trainwatch.demo.scenarios;

import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TenantApi;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the real command in a process of its own, against a simulated tenant in this one. The process is killed where it
 * does not end within {@link #LONGEST}.
 */
final class ScenarioRun implements Running {

    /** Stands for credentials of the client in place of the API key, among the settings of a scenario. */
    static final String OAUTH = "oauth";

    static final Duration LONGEST = Duration.ofMinutes(4);

    private final Scenario scenario;
    private final Path folder;
    private final Simulator simulator;
    private volatile Process process;

    private ScenarioRun(Scenario scenario, Path folder, Simulator simulator) {
        this.scenario = scenario;
        this.folder = folder;
        this.simulator = simulator;
    }

    /**
     * Runs it to its end.
     *
     * @param folder for store, audit and output; is made
     * @param read takes what is of interest while the tenant is still there
     */
    static void run(Scenario scenario, Path folder, Consumer<Result> read) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        SimulatorOptions options = SimulatorOptions.demo(1).jobs(List.of()).tasks(List.of());
        try (Simulator simulator =
                Simulator.start(options.tenant(scenario.options().apply(options.tenant())))) {
            simulator
                    .tenant()
                    .tasks()
                    .addProject(Scenario.SHOP)
                    .trainings(training -> training.queued(Duration.ZERO).running(Duration.ofSeconds(3)));
            scenario.tenant().accept(simulator.tenant());
            read.accept(new ScenarioRun(scenario, folder, simulator).run());
        }
    }

    private Result run() throws IOException, InterruptedException {
        configure();
        long start = System.nanoTime();
        process = start();
        try {
            scenario.meanwhile().act(this);
            boolean ended = process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
            return new Result(
                    ended ? process.exitValue() : -1,
                    Files.readString(output()),
                    Duration.ofNanos(System.nanoTime() - start),
                    simulator);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("What happens meanwhile in '" + scenario.name() + "' failed", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private Path output() {
        return folder.resolve("output.txt");
    }

    private void configure() throws IOException {
        Map<String, String> values = new LinkedHashMap<>(simulator.properties(
                Set.of(TenantApi.TASKS), scenario.settings().containsKey(OAUTH)));
        values.remove("trainwatch.jobs");
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        values.put("trainwatch.poll.interval", "1s");
        values.putAll(scenario.settings());
        values.remove(OAUTH);
        Files.write(
                folder.resolve("scenario.properties"),
                values.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
    }

    /** The same Java with the same options and classes as this process. */
    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.trainwatch.Trainwatch", "watch"));
        command.addAll(scenario.arguments());
        command.addAll(List.of("-c", folder.resolve("scenario.properties").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("TRAINWATCH_") && !name.equals("TRAINWATCH_HOME"));
        return builder.start();
    }

    @Override
    public SimulatedTenant tenant() {
        return simulator.tenant();
    }

    @Override
    public void awaitRequests(RequestKind kind, long count) throws InterruptedException {
        while (tenant().requests().count(kind) < count && !process.waitFor(20, TimeUnit.MILLISECONDS)) {
            // The wait is in the condition.
        }
    }

    @Override
    public void cancel() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(tenant().tasksBaseUrl()
                        .resolve("/new/v2.0/tasks/" + training().taskId() + "/cancel"))
                .header("X-API-Key", tenant().options().tasks().apiKey())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    }

    @Override
    public void killAndStartAgain() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = start();
    }
}
