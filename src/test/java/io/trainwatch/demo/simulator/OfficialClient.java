package io.trainwatch.demo.simulator;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Cognigy's own client, untouched, called through a script of ours ({@code official-client/run.js}).
 *
 * <p>Its licence is proprietary, so it is neither in this repository nor in anything that is built from it: npm fetches
 * it into a temporary folder, once for all tests of a run, and the folder goes when the run ends. No process outlives
 * the call that started it.
 */
public final class OfficialClient {

    private static final String PACKAGE = "@cognigy/rest-api-client@0.19.0";
    private static final Duration LONGEST_INSTALLATION = Duration.ofMinutes(2);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path installed;
    private static String missing;

    private final String baseUrl;
    private final String credentials;

    private OfficialClient(URI baseUrl, String credentials) {
        this.baseUrl = baseUrl.toString();
        this.credentials = credentials;
    }

    /** Installs it unless it is there; skips the test that asks for it where npm or the package cannot be had. */
    public static OfficialClient withApiKey(URI baseUrl, String apiKey) throws IOException, InterruptedException {
        requireInstalled();
        return new OfficialClient(baseUrl, "key:" + apiKey);
    }

    /** As {@link #withApiKey}, with OAuth; the first call must be {@code token}. */
    public static OfficialClient withOAuth(URI baseUrl, String id, String secret)
            throws IOException, InterruptedException {
        requireInstalled();
        return new OfficialClient(baseUrl, "oauth:" + id + ":" + secret);
    }

    /**
     * Runs calls of the script in one process, one after another, each separated from the next by {@code --}.
     *
     * @return what the script printed for each: {@code call} and either {@code answer} or {@code error}
     */
    public List<JsonNode> run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "run.js", baseUrl, credentials));
        command.addAll(List.of(words));
        Outcome outcome = run(command, LONGEST_RUN);
        if (outcome.exit() != 0) {
            throw new IOException("the official client ended with " + outcome.exit() + ": " + outcome.output());
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : outcome.output().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** The answer of a single call; throws where it was an error. */
    public JsonNode answer(String... words) throws IOException, InterruptedException {
        JsonNode line = run(words).get(0);
        if (!line.has("answer")) {
            throw new IOException("the official client met an error: " + line);
        }
        return line.get("answer");
    }

    private static synchronized void requireInstalled() throws IOException, InterruptedException {
        if (installed == null && missing == null) {
            install();
        }
        if (missing != null) {
            abort("Skipped: " + missing);
        }
    }

    private static void install() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("trainwatch-official-client-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        try (InputStream script = OfficialClient.class.getResourceAsStream("/official-client/run.js")) {
            Files.copy(Objects.requireNonNull(script), folder.resolve("run.js"));
        }
        Files.writeString(folder.resolve("package.json"), "{\"private\":true}");
        installed = folder;
        try {
            Outcome outcome = run(
                    List.of(
                            "npm",
                            "install",
                            "--no-audit",
                            "--no-fund",
                            "--ignore-scripts",
                            "--fetch-retries=1",
                            PACKAGE),
                    LONGEST_INSTALLATION);
            missing = outcome.exit() == 0
                    ? null
                    : "npm could not install " + PACKAGE + ", exit " + outcome.exit() + ": " + outcome.output();
        } catch (IOException e) {
            missing = "npm and node are needed to run " + PACKAGE + ": " + e.getMessage();
        }
    }

    private record Outcome(int exit, String output) {}

    private static Outcome run(List<String> command, Duration longest) throws IOException, InterruptedException {
        Path output = Files.createTempFile(installed, "output-", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(installed.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(longest.toSeconds(), TimeUnit.SECONDS);
            return new Outcome(ended ? process.exitValue() : -1, Files.readString(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It lies in the folder for temporary files, which the system empties.
        }
    }
}
