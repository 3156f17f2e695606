package io.trainwatch.demo.scenarios;

import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the real command in a process of its own, against a simulated tenant in this one. The process is killed where it
 * does not end within {@link #LONGEST}.
 */
final class ScenarioRun {

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

    SimulatedTenant tenant() {
        return simulator.tenant();
    }

    /** The training that was started; to be called after a read of it. */
    TaskScript training() {
        return tenant().tasks().started().get(0);
    }

    /** Waits until the tenant was asked so often; returns early where the command ends before. */
    void awaitRequests(RequestKind kind, long count) throws InterruptedException {
        while (tenant().requests().count(kind) < count && !process.waitFor(20, TimeUnit.MILLISECONDS)) {
            // The wait is in the condition.
        }
    }

    /** Cancels the training, as another client of the tenant. */
    void cancel() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(tenant().tasksBaseUrl()
                        .resolve("/new/v2.0/tasks/" + training().taskId() + "/cancel"))
                .header("X-API-Key", tenant().options().apiKey())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    }

    /** Kills the command as a power cut would, and starts the same again. */
    void killAndStartAgain() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = start();
    }

    /**
     * How a command ended.
     *
     * @param exit what it exited with; -1 where it had to be killed because it did not end
     * @param output what it printed, to both streams
     */
    record Result(int exit, String output, Duration took, Simulator simulator) {

        /** A row of the summary: the job, how it ended, and more. */
        private static final Pattern ROW = Pattern.compile(
                "^demo:(?:\\S+|\\(.*?\\)|\\S+ \\(.*?\\)) +(COMPLETED|FAILED|CANCELLED|UNKNOWN|RUNNING|PENDING) +(.*)$");

        /** Trainings that were started at the tenant. */
        int started() {
            return simulator.tenant().tasks().started().size();
        }

        long requests(RequestKind kind) {
            return simulator.tenant().requests().count(kind);
        }

        /** How often an event of this type was delivered with a valid signature. */
        long events(String type) {
            return simulator.receiver().deliveries().stream()
                    .filter(delivery -> delivery.answered() < 300)
                    .map(Delivery::bodyText)
                    .filter(body -> body.contains("\"event_type\":\"" + type + "\""))
                    .count();
        }

        /** What the command said of the training in the end. */
        String told() {
            List<String> lines = output.lines().toList();
            // The summary comes last, after lines of progress that look alike.
            for (int i = lines.size() - 1; i >= 0; i--) {
                Matcher row = ROW.matcher(lines.get(i));
                if (row.find()) {
                    String why = row.group(1).equals("UNKNOWN") ? ": " + firstSentence(row.group(2)) : "";
                    return row.group(1) + why;
                }
            }
            return "no summary";
        }

        private static String firstSentence(String text) {
            int end = text.indexOf(". ");
            return end < 0 ? text.strip() : text.substring(0, end).strip();
        }
    }
}
