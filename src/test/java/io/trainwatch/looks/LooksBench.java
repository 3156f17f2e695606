package io.trainwatch.looks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures what a look costs: the packaged service beside a bare HTTP loop and a naive Camel route, by turns against the
 * same {@link CheapTenant}, each in a process of its own. Run by {@code src/bench/looks}.
 */
final class LooksBench {

    private static final int THREADS = 32;
    private static final Pattern PAUSE = Pattern.compile("Pause (?:Young|Full).* (\\d+)K->(\\d+)K\\(");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path scratch;
    private final String tenant;
    private final int warmUp;
    private final int seconds;
    private final Map<String, List<Figures>> figures = new LinkedHashMap<>();

    /**
     * What one process did in the time that was measured.
     *
     * @param micros of processor time a look
     * @param p50 how late looks were claimed, in seconds; {@code NaN} where nothing was due
     */
    private record Figures(
            double micros, double looksPerSecond, double kilobytes, double p50, double p99, double first) {}

    private record Service(Path distribution, String name, int jobs, String store, String more) {}

    private LooksBench(Path scratch, String tenant, int warmUp, int seconds) {
        this.scratch = scratch;
        this.tenant = tenant;
        this.warmUp = warmUp;
        this.seconds = seconds;
    }

    /** Seconds to warm up, seconds to measure, rounds, jobs at a second each, and the distributions to compare. */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[2]);
        int jobs = Integer.parseInt(arguments[3]);
        List<Path> distributions = Stream.of(arguments)
                .skip(4)
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .toList();
        Path scratch = Files.createTempDirectory("looks");
        Process tenant = java(CheapTenant.class);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String base = "http://127.0.0.1:" + lines(tenant).readLine() + "/api/v2";
            LooksBench bench =
                    new LooksBench(scratch, base, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
            for (int round = 0; round < rounds; round++) {
                bench.reference("bare HttpClient loop", BareLoop.class);
                bench.reference("naive Camel route", NaiveRoute.class);
                for (Path distribution : distributions) {
                    for (Service service : services(distribution, jobs, postgres)) {
                        bench.service(service, tenant);
                    }
                }
            }
            bench.print();
        } finally {
            tenant.destroy();
        }
        System.exit(0);
    }

    private static List<Service> services(Path distribution, int jobs, EmbeddedPostgres postgres) {
        String name = distribution.getParent().getParent().getFileName() + " ";
        String database = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
        return List.of(
                new Service(distribution, name + "SQLite", jobs, null, ""),
                new Service(
                        distribution, name + "SQLite, no history", jobs, null, "trainwatch.history.retention = 0s\n"),
                new Service(distribution, name + "PostgreSQL", jobs, database, "trainwatch.store.user = postgres\n"));
    }

    private void reference(String name, Class<?> reference) throws Exception {
        Path folder = Files.createTempDirectory(scratch, "audit");
        Process process = java(reference, tenant, Integer.toString(THREADS), folder.toString());
        try {
            BufferedReader out = lines(process);
            out.readLine();
            add(
                    name,
                    process,
                    () -> {
                        process.outputWriter().write('\n');
                        process.outputWriter().flush();
                        return Long.parseLong(out.readLine());
                    },
                    folder,
                    () -> new double[] {Double.NaN, Double.NaN, Double.NaN});
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private void service(Service service, Process tenantProcess) throws Exception {
        Path folder = Files.createTempDirectory(scratch, "service");
        String store = service.store() == null ? "jdbc:sqlite:" + folder.resolve("t.db") : service.store();
        Files.writeString(
                folder.resolve("my.properties"),
                "trainwatch.tenant.acme.base-url = " + tenant + "\ntrainwatch.tenant.acme.client-id = bench\n"
                        + "trainwatch.tenant.acme.client-secret = bench\ntrainwatch.poll.interval = 1s\n"
                        + "trainwatch.http.port = 0\ntrainwatch.audit.directory = " + folder.resolve("audit")
                        + "\ntrainwatch.store.url = " + store + "\n" + service.more() + "trainwatch.jobs = "
                        + IntStream.range(0, service.jobs())
                                .mapToObj(i -> "acme:p/job-" + i)
                                .collect(Collectors.joining(","))
                        + "\n");
        Path log = folder.resolve("run.log");
        ProcessBuilder start = new ProcessBuilder(
                        service.distribution().resolve("bin/trainwatch").toString(), "run", "-c", "my.properties")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        start.environment().put("TRAINWATCH_JAVA_OPTS", gcLog(folder));
        Process process = start.start();
        try {
            URI statistics = await(log);
            HttpClient client = HttpClient.newHttpClient();
            add(
                    service.name(),
                    process,
                    () -> {
                        JsonNode read = read(client, statistics);
                        // Looks are counted as they are claimed, and a service that cannot keep up claims many at once.
                        return read.path("look_count").asLong()
                                - read.path("looks_under_way").asLong();
                    },
                    folder,
                    () -> {
                        JsonNode read = read(client, statistics);
                        return new double[] {
                            read.path("look_lag_p50_seconds").asDouble(),
                            read.path("look_lag_p99_seconds").asDouble(),
                            read.path("first_look_seconds_after_start").asDouble()
                        };
                    });
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private interface Count {
        long get() throws Exception;
    }

    private interface Delays {
        double[] get() throws Exception;
    }

    private void add(String name, Process process, Count count, Path folder, Delays delays) throws Exception {
        TimeUnit.SECONDS.sleep(warmUp);
        Duration processorTime = process.toHandle().info().totalCpuDuration().orElseThrow();
        long looks = count.get();
        double allocated = allocatedKilobytes(folder);
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double looked = count.get() - looks;
        double taken = (System.nanoTime() - began) / 1e9;
        Duration spent =
                process.toHandle().info().totalCpuDuration().orElseThrow().minus(processorTime);
        double[] late = delays.get();
        Figures measured = new Figures(
                spent.toNanos() / 1e3 / looked,
                looked / taken,
                (allocatedKilobytes(folder) - allocated) / looked,
                late[0],
                late[1],
                late[2]);
        figures.computeIfAbsent(name, any -> new ArrayList<>()).add(measured);
        System.err.printf("%-32s %s%n", name, measured);
    }

    private void print() {
        double bare = median("bare HttpClient loop", Figures::micros);
        double naive = median("naive Camel route", Figures::micros);
        System.out.println(
                "| | us a look | x bare | x naive | looks/s | KB a look | lag p50 s | lag p99 s | first look s |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (String name : figures.keySet()) {
            double micros = median(name, Figures::micros);
            System.out.printf(
                    "| %s | %.0f | %.1f | %.2f | %.0f | %.1f | %.2f | %.2f | %.2f |%n",
                    name,
                    micros,
                    micros / bare,
                    micros / naive,
                    median(name, Figures::looksPerSecond),
                    median(name, Figures::kilobytes),
                    median(name, Figures::p50),
                    median(name, Figures::p99),
                    median(name, Figures::first));
        }
    }

    private double median(String name, ToDoubleFunction<Figures> figure) {
        List<Double> sorted = figures.get(name).stream()
                .map(figure::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    private static JsonNode read(HttpClient client, URI address) throws Exception {
        return JSON.readTree(client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray())
                .body());
    }

    private static URI await(Path log) throws Exception {
        for (int tries = 0; tries < 600; tries++) {
            Matcher said = Pattern.compile("The API is at (\\S+/statistics)").matcher(Files.readString(log));
            if (said.find()) {
                return URI.create(said.group(1));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException("The service did not start: " + Files.readString(log));
    }

    private static String gcLog(Path folder) {
        return "-Xlog:gc:" + folder.resolve("gc.log");
    }

    /** What was allocated until the last collection: what each found more than the one before it had left. */
    private static double allocatedKilobytes(Path folder) throws IOException {
        double sum = 0;
        double left = 0;
        for (String line : Files.readAllLines(folder.resolve("gc.log"))) {
            Matcher pause = PAUSE.matcher(line.replaceAll("(\\d+)M", "$1" + "000K"));
            if (pause.find()) {
                sum += Double.parseDouble(pause.group(1)) - left;
                left = Double.parseDouble(pause.group(2));
            }
        }
        return sum;
    }

    private static Process java(Class<?> main, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-Xmx256m"));
        if (arguments.length > 2) {
            command.add(gcLog(Path.of(arguments[2])));
        }
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** That of this class, which runs inside Maven, without the product: Camel would start it in the naive route. */
    private static String classPath() {
        return Stream.of(((URLClassLoader) LooksBench.class.getClassLoader()).getURLs())
                .map(URL::getPath)
                .filter(path -> !path.endsWith("/target/classes/"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream()));
    }
}
