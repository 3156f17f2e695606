package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged distribution, started as a user does: with a file of properties, in a folder of the test that holds all
 * that it writes. Unless it is told otherwise it keeps its state in SQLite, calls no proxy and takes any free port.
 */
final class Distribution implements AutoCloseable {

    private static final Path SCRIPT = Path.of("target/trainwatch/bin/trainwatch");
    private static final Pattern API = Pattern.compile("The API is at (\\S+)/statistics");
    /** A line of a stack trace, or the name of a class that was thrown. */
    private static final Pattern TRACE = Pattern.compile("^\\s+at [\\w.$/]+\\(|\\w+(Exception|Error)\\b");

    private static final int MAX_LINES = 10;

    private final Path folder;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private Process process;

    Distribution(Path folder) {
        this.folder = folder;
        set("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        set("trainwatch.audit.directory", folder.resolve("audit").toString());
        set("trainwatch.http.port", "0");
        set("trainwatch.no-proxy", "*");
    }

    Distribution set(String key, String value) {
        properties.put(key, value);
        return this;
    }

    Distribution setAll(Map<String, String> values) {
        properties.putAll(values);
        return this;
    }

    Distribution setVariable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Starts {@code bin/trainwatch} with a command, whose output is added to that of earlier ones. */
    Distribution start(String... command) throws IOException {
        Path config = Files.write(
                folder.resolve("my.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
        List<String> line = new ArrayList<>(List.of(SCRIPT.toAbsolutePath().toString()));
        line.addAll(List.of(command));
        line.addAll(List.of("-c", config.toString()));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
        return this;
    }

    /** Where its API is, such as {@code http://127.0.0.1:8080/api}, as soon as it says so. */
    String api() {
        Matcher api = API.matcher("");
        await("the API")
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(api.reset(output()).find()).as(output()).isTrue());
        return api.group(1);
    }

    /** The status and the body. */
    String get(String path) throws IOException, InterruptedException {
        HttpRequest get = HttpRequest.newBuilder(URI.create(api() + path)).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(get, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    String output() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of the output that name something. */
    List<String> linesOf(String name) {
        return output().lines().filter(line -> line.contains(name)).toList();
    }

    /** Nothing has a stack trace, and of each of these things there are no more lines than ten. */
    void assertQuiet(String... names) {
        assertThat(output().lines()).noneMatch(line -> TRACE.matcher(line).find());
        for (String name : names) {
            assertThat(linesOf(name)).as("lines of %s", name).hasSizeLessThanOrEqualTo(MAX_LINES);
        }
    }

    /** What it exits with. */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output()).isTrue();
        return process.exitValue();
    }

    /** Sends it SIGTERM. @return what it exits with */
    int stop() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    private Path log() {
        return folder.resolve("output.txt");
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
