package io.trainwatch.journeys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Fault;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobTruth;
import io.trainwatch.demo.simulator.ReceiverOptions;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.TenantOptions;
import io.trainwatch.demo.simulator.WebhookReceiver;
import io.trainwatch.http.RawServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The packaged service among hostile jobs, receivers, files and callers; measures what the others notice of them.
 *
 * <p>Two tenants answer by a script, so that every byte may be wrong, and one is the simulated one with its faults. Run
 * by {@code src/bench/isolation}, and for a shorter time by {@link IsolationIT}.
 */
final class IsolationTrial {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("The API is at http://[^:]+:(\\d+)/");
    private static final Pattern TRACE = Pattern.compile("(?m)^\\s+at [\\w.$/]+\\(");
    private static final Pattern UNSAFE =
            Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");
    private static final List<String> SCRIPTED = List.of("north", "south");
    private static final String SIMULATED = "east";
    private static final String TOKEN = "canary-token-8d1f";
    private static final int SCRIPTED_JOBS = 80;
    private static final int SIMULATED_JOBS = 40;
    private static final int HOSTILE_OF_SCRIPTED = 7;
    private static final int HOSTILE_OF_SIMULATED = 6;
    private static final int MAX_LINES_A_MINUTE = 10;
    private static final Duration CANCEL_WITHIN = Duration.ofSeconds(5);
    private static final Duration EVENTS_WITHIN = Duration.ofSeconds(30);

    private final Path folder;
    private final Duration lasting;
    private final Duration interval;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final AtomicInteger hostileAnswers = new AtomicInteger();
    private final AtomicInteger hostileDeliveries = new AtomicInteger();
    private final Set<String> health = new TreeSet<>();
    /** The first line of each kind. */
    private final Map<String, String> degraded = new TreeMap<>();

    private final List<Measured> table = new ArrayList<>();
    private Duration slowestHealth = Duration.ZERO;

    /** What was measured, and whether it is what was promised. */
    record Measured(String what, String value, String promised, boolean holds) {

        @Override
        public String toString() {
            return String.format("%-4s %-52s %-34s %s", holds ? "ok" : "FAIL", what, promised, value);
        }
    }

    private enum Kind {
        RUNS,
        COMPLETES,
        BREACHES
    }

    /** A job of a scripted tenant that does nobody harm. */
    private static final class Job {

        private final String id;
        private final Kind kind;
        private final Instant added;
        private final Instant turns;
        private Instant lastLook;
        private Duration longestGap = Duration.ZERO;
        private Instant breachSeen;
        private Instant cancelled;
        private boolean over;

        Job(String id, Kind kind, Instant added, Instant turns) {
            this.id = id;
            this.kind = kind;
            this.added = added;
            this.turns = turns;
            this.lastLook = added;
        }

        synchronized String status(Instant now) {
            if (!over) {
                longestGap = max(longestGap, Duration.between(lastLook, now));
            }
            lastLook = now;
            boolean turned = now.isAfter(turns);
            String state = cancelled != null ? "CANCELLED" : kind == Kind.COMPLETES && turned ? "COMPLETED" : "RUNNING";
            over = !state.equals("RUNNING");
            boolean breaches = kind == Kind.BREACHES && turned;
            if (breaches && breachSeen == null) {
                breachSeen = now;
            }
            double progress = state.equals("COMPLETED")
                    ? 100
                    : Math.min(99, Duration.between(added, now).toMillis() / 10_000.0);
            return "{\"job_id\":\"" + id + "\",\"state\":\"" + state + "\",\"progress_percent\":" + progress
                    + ",\"resource_utilization\":{\"cpu_usage\":" + (breaches ? 99.9 : 50)
                    + ",\"memory_usage\":40},\"metrics\":[{\"timestamp\":\"" + now
                    + "\",\"metric_name\":\"loss\",\"value\":0.5,\"unit\":\"percent\"}]}";
        }

        synchronized void cancel(Instant now) {
            cancelled = cancelled == null ? now : cancelled;
        }

        synchronized Duration longestGap(Instant end) {
            return over ? longestGap : max(longestGap, Duration.between(lastLook, end));
        }

        /** From the first look that showed the breach; longer than anything where it is still to come. */
        synchronized Duration untilCancel() {
            return breachSeen == null
                    ? Duration.ZERO
                    : cancelled == null ? Duration.ofDays(1) : Duration.between(breachSeen, cancelled);
        }
    }

    IsolationTrial(Path folder, Duration lasting, Duration interval) {
        this.folder = folder;
        this.lasting = lasting;
        this.interval = interval;
    }

    public static void main(String[] arguments) throws Exception {
        Duration lasting = Duration.ofSeconds((long) (Double.parseDouble(arguments[0]) * 60));
        Path folder = Files.createTempDirectory("isolation");
        List<Measured> table = new IsolationTrial(folder, lasting, Duration.ofSeconds(5)).run();
        table.forEach(System.out::println);
        System.out.println("The log is " + folder.resolve("run.log"));
        System.exit(table.stream().allMatch(Measured::holds) ? 0 : 1);
    }

    /** Runs it once, and says what was measured. */
    List<Measured> run() throws Exception {
        try (RawServer north = tenant();
                RawServer south = tenant();
                SimulatedTenant east = SimulatedTenant.start(TenantOptions.defaults());
                WebhookReceiver first = WebhookReceiver.start(ReceiverOptions.defaults());
                WebhookReceiver second = WebhookReceiver.start(ReceiverOptions.defaults());
                RawServer bad = badReceiver()) {
            makeHostileFiles();
            Process service = start(properties(north, south, east, first, second, bad));
            try {
                Awaitility.await("the API")
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> ADDRESS.matcher(log()).find());
                Matcher address = ADDRESS.matcher(log());
                address.find();
                int port = Integer.parseInt(address.group(1));
                addJobs(east, port);
                Instant began = Instant.now();
                try (HostileCaller caller = new HostileCaller(port)) {
                    while (Instant.now().isBefore(began.plus(lasting)) && service.isAlive()) {
                        askHealth(port);
                        TimeUnit.MILLISECONDS.sleep(500);
                    }
                    measure(east, Instant.now());
                    check(
                            "hostile answers, deliveries and requests",
                            hostileAnswers + ", " + hostileDeliveries + ", " + caller.sent(),
                            "some of each",
                            hostileAnswers.get() >= HostileAnswers.kinds()
                                    && hostileDeliveries.get() > 0
                                    && caller.sent() > 0);
                }
                measureEvents(east, first, second);
                check("the process lives", String.valueOf(service.isAlive()), "-Xmx256m", service.isAlive());
                measureLog(Duration.between(began, Instant.now()));
            } finally {
                service.destroy();
                if (!service.waitFor(40, TimeUnit.SECONDS)) {
                    service.destroyForcibly().waitFor();
                }
            }
        }
        return table;
    }

    private void check(String what, String value, String promised, boolean holds) {
        table.add(new Measured(what, value, promised, holds));
    }

    private void measure(SimulatedTenant east, Instant now) {
        Map<String, Duration> gaps = new TreeMap<>();
        Map<String, Duration> cancels = new TreeMap<>();
        jobs.forEach((name, job) -> {
            gaps.put(name, job.longestGap(now));
            if (job.untilCancel().compareTo(Duration.ZERO) > 0
                    && (job.cancelled != null || now.isAfter(job.breachSeen.plus(CANCEL_WITHIN)))) {
                cancels.put(name, job.untilCancel());
            }
        });
        for (JobScript script : friendly(east)) {
            gaps.put(
                    SIMULATED + "/" + script.job(),
                    east.truth("p", script.job()).longestUnread());
        }
        check("jobs among hostile ones", String.valueOf(gaps.size()), "180", gaps.size() == 180);
        Map.Entry<String, Duration> gap = longest(gaps);
        Duration most = interval.multipliedBy(2);
        long late =
                gaps.values().stream().filter(each -> each.compareTo(most) > 0).count();
        check(
                "longest time between two looks",
                gap.getValue().toMillis() + " ms at " + gap.getKey() + "; " + late + " were late",
                most.toMillis() + " ms at most",
                late == 0);
        Map.Entry<String, Duration> cancel = longest(cancels);
        check(
                "longest time from a breaching look to its cancel",
                cancel.getValue().toMillis() + " ms of " + cancels.size() + ", at " + cancel.getKey(),
                CANCEL_WITHIN.toMillis() + " ms at most",
                cancels.size() > 20 && cancel.getValue().compareTo(CANCEL_WITHIN) < 0);
        List<String> wrongly = new ArrayList<>();
        jobs.forEach((name, job) -> {
            if (job.cancelled != null && job.kind != Kind.BREACHES) {
                wrongly.add(name);
            }
        });
        check("cancels of jobs that keep their policy", wrongly.toString(), "none", wrongly.isEmpty());
        check(
                "slowest answer of /api/health",
                slowestHealth.toMillis() + " ms",
                "5000 ms at most",
                slowestHealth.compareTo(Duration.ofSeconds(5)) < 0);
        check("health", health.toString(), "UP", Set.of("UP").containsAll(health));
        check(
                "degraded, in words",
                "\n       " + String.join("\n       ", degraded.values()),
                "job, receiver, policy",
                List.of("p/hostile-", "Target bad", "policy file bad-").stream()
                        .allMatch(word -> degraded.values().stream().anyMatch(line -> line.contains(word))));
    }

    private void measureEvents(SimulatedTenant east, WebhookReceiver first, WebhookReceiver second) {
        Set<String> expected = new TreeSet<>();
        Set<String> running = new TreeSet<>();
        jobs.forEach((name, job) -> {
            if (job.over && job.kind == Kind.COMPLETES) {
                expected.add(name + " job.completed");
            } else if (job.cancelled != null) {
                expected.add(name + " job.cancel_requested");
                expected.add(name + " job.cancelled");
            } else if (job.kind == Kind.RUNS) {
                running.add(name);
            }
        });
        for (JobScript script : friendly(east)) {
            JobTruth truth = east.truth("p", script.job());
            if (truth.endServedAt().isPresent()) {
                expected.add(SIMULATED + "/" + script.job() + " job."
                        + truth.state().name().toLowerCase());
            }
        }
        for (WebhookReceiver receiver : List.of(first, second)) {
            String name = "events missing at the " + (receiver == first ? "first" : "second") + " good receiver";
            Set<String> missing = new TreeSet<>(expected);
            try {
                Awaitility.await().atMost(EVENTS_WITHIN).until(() -> {
                    missing.removeAll(events(receiver));
                    return missing.isEmpty();
                });
            } catch (ConditionTimeoutException e) {
                // Said by the table.
            }
            check(name, missing.size() + " of " + expected.size() + " " + missing, "none", missing.isEmpty());
            List<String> untrue = events(receiver).stream()
                    .filter(event -> running.contains(event.substring(0, event.indexOf(' '))))
                    .toList();
            check("events of jobs that run", untrue.toString(), "none", untrue.isEmpty());
            boolean leaks = receiver.deliveries().stream()
                    .anyMatch(delivery -> delivery.bodyText().contains(TOKEN));
            check("deliveries that show a token", String.valueOf(leaks), "false", !leaks);
        }
    }

    private static Set<String> events(WebhookReceiver receiver) {
        return receiver.deliveries().stream().map(IsolationTrial::event).collect(Collectors.toSet());
    }

    private static String event(Delivery delivery) {
        try {
            JsonNode event = JSON.readTree(delivery.bodyText());
            return event.get("tenant").asText() + "/" + event.get("job_id").asText() + " "
                    + event.get("event_type").asText();
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + delivery.bodyText(), e);
        }
    }

    private void measureLog(Duration lasted) throws IOException {
        String log = log();
        check(
                "lines of stack traces",
                String.valueOf(TRACE.matcher(log).results().count()),
                "none",
                !TRACE.matcher(log).find());
        check("OutOfMemoryError", String.valueOf(log.contains("OutOfMemory")), "false", !log.contains("OutOfMemory"));
        check(
                "control characters in the log",
                String.valueOf(UNSAFE.matcher(log).results().count()),
                "none",
                !UNSAFE.matcher(log).find());
        check("the token in the log", String.valueOf(log.contains(TOKEN)), "false", !log.contains(TOKEN));
        Map<String, Integer> lines = new TreeMap<>();
        for (String line : log.split("\n")) {
            source(line).ifPresent(source -> lines.merge(source, 1, Integer::sum));
        }
        long minutes = Math.max(1, lasted.plusSeconds(59).toMinutes());
        List<String> loud = lines.entrySet().stream()
                .filter(entry -> entry.getValue() >= MAX_LINES_A_MINUTE * minutes)
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .toList();
        Map.Entry<String, Integer> loudest =
                lines.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(Map.entry("none", 0));
        check(
                "log lines of the loudest of " + lines.size() + " hostile sources in " + minutes + " min",
                loudest.getValue() + " of " + loudest.getKey() + (loud.size() > 1 ? ", too loud: " + loud : ""),
                "under " + MAX_LINES_A_MINUTE + " a minute each",
                loud.isEmpty());
    }

    /** Who a line is about; empty for lines of the service itself and of jobs that do no harm. */
    private static Optional<String> source(String line) {
        Matcher job = Pattern.compile("(north|south|east)[:/]p/hostile-\\d+").matcher(line);
        if (job.find()) {
            return Optional.of(job.group());
        }
        Matcher file = Pattern.compile("bad-\\w+\\.(?:json|yaml)").matcher(line);
        if (file.find()) {
            return Optional.of(file.group());
        }
        if (line.contains("p/good-") || line.contains(" INFO ")) {
            return Optional.empty();
        }
        Matcher other = Pattern.compile(" (?:WARN|ERROR) +(\\S+)").matcher(line);
        return other.find() ? Optional.of(line.contains("bad") ? "receiver bad" : other.group(1)) : Optional.empty();
    }

    private void askHealth(int port) {
        long began = System.nanoTime();
        try {
            String body = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/health"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            JsonNode answer = JSON.readTree(body);
            health.add(answer.path("status").asText());
            answer.path("degraded")
                    .forEach(line -> degraded.putIfAbsent(
                            line.asText().replaceFirst("(\\S+ \\S+ \\S+).*", "$1"), line.asText()));
        } catch (IOException e) {
            health.add("none: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        slowestHealth = max(slowestHealth, Duration.ofNanos(System.nanoTime() - began));
    }

    private void addJobs(SimulatedTenant east, int port) throws Exception {
        Instant now = Instant.now();
        List<String> names = new ArrayList<>();
        for (String tenant : SCRIPTED) {
            for (int i = 0; i < SCRIPTED_JOBS; i++) {
                if (i < HOSTILE_OF_SCRIPTED) {
                    names.add(tenant + ":p/hostile-" + i);
                } else {
                    Job job = new Job("good-" + i, Kind.values()[i % 3], now, now.plusMillis(turn(i, SCRIPTED_JOBS)));
                    jobs.put(tenant + "/" + job.id, job);
                    names.add(tenant + ":p/" + job.id);
                }
            }
        }
        Fault[] faults = {
            Fault.INVALID_STATUS, Fault.SERVER_ERROR, Fault.HANG, Fault.REDIRECT, Fault.RESET, Fault.SLOW_BODY
        };
        for (int i = 0; i < SIMULATED_JOBS; i++) {
            boolean hostile = i < HOSTILE_OF_SIMULATED;
            Ending ending = i % 3 == 0 ? Ending.BREACHES_CPU : Ending.NEVER_ENDS;
            String name = (hostile ? "hostile-" : "good-") + i;
            if (hostile) {
                var own = east.faults()
                        .forJob("p", name)
                        .inject(Fault.THROTTLE_BARE, 0.1)
                        .inject(Fault.INVALID_STATUS, 0.2);
                own.inject(faults[i], faults[i] == Fault.INVALID_STATUS ? 0.8 : 0.6);
            }
            east.add(JobScript.of("p", name, ending)
                    .running(Duration.ofHours(2))
                    .turnsAt(turn(i, SIMULATED_JOBS) / 7_200_000.0));
            names.add(SIMULATED + ":p/" + name);
        }
        String body = JSON.writeValueAsString(Map.of("jobs", names));
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/jobs"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("the jobs were not added: " + answer.body());
        }
    }

    /** Jobs end or breach one after another, the last of them well before the end. */
    private long turn(int number, int of) {
        return 2_000 + lasting.toMillis() * 6 / 10 * number / of;
    }

    private static List<JobScript> friendly(SimulatedTenant east) {
        return east.jobs().stream().filter(job -> job.job().startsWith("good")).toList();
    }

    private RawServer tenant() throws IOException {
        return new RawServer(socket(), this::answer);
    }

    private void answer(int number, String request, OutputStream out) throws Exception {
        String[] line = request.substring(0, request.indexOf('\r')).split(" ");
        if (line[1].endsWith("/oauth/token")) {
            out.write(RawServer.bytes(RawServer.response(
                    "200 OK",
                    "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":300,\"token_type\":\"Bearer\"}",
                    "Content-Type: application/json")));
            return;
        }
        String id = line[1].replaceFirst(".*/train/([^/]+).*", "$1");
        String tenant = line[1].startsWith("/north") ? "north" : "south";
        Job job = jobs.get(tenant + "/" + id);
        if (job == null) {
            HostileAnswers.aboutJob(
                    hostileAnswers.getAndIncrement(), new HostileAnswers.Asked(id, "good-9", TOKEN), out);
        } else if (line[0].equals("DELETE")) {
            job.cancel(Instant.now());
            out.write(RawServer.bytes("HTTP/1.1 204 No Content\r\n\r\n"));
        } else {
            out.write(RawServer.bytes(
                    RawServer.response("200 OK", job.status(Instant.now()), "Content-Type: application/json")));
        }
    }

    private RawServer badReceiver() throws IOException {
        ServerSocket socket = socket();
        String own = "http://127.0.0.1:" + socket.getLocalPort();
        return new RawServer(
                socket,
                (number, request, out) -> HostileAnswers.toDelivery(hostileDeliveries.getAndIncrement(), own, out));
    }

    private static ServerSocket socket() throws IOException {
        return new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    }

    private Map<String, String> properties(
            RawServer north,
            RawServer south,
            SimulatedTenant east,
            WebhookReceiver first,
            WebhookReceiver second,
            RawServer bad) {
        Map<String, String> values = new LinkedHashMap<>();
        tenant(values, "north", north.url() + "/north", "client", "secret-of-north");
        tenant(values, "south", south.url() + "/south", "client", "secret-of-south");
        TenantOptions simulated = east.options();
        tenant(values, SIMULATED, east.baseUrl().toString(), simulated.clientId(), simulated.clientSecret());
        values.put("trainwatch.webhook.first.url", first.url().toString());
        values.put("trainwatch.webhook.first.secret", first.secret());
        values.put("trainwatch.webhook.second.url", second.url().toString());
        values.put("trainwatch.webhook.second.secret", second.secret());
        values.put("trainwatch.webhook.bad.url", bad.url() + "/hook");
        values.put("trainwatch.no-proxy", "127.0.0.1");
        values.put("trainwatch.poll.interval", interval.toMillis() + "ms");
        values.put("trainwatch.poll.confirm-after", "0s");
        values.put("trainwatch.policy.cpu-window", "1 of 1");
        values.put("trainwatch.policy.max-cancels-per-hour", "100000");
        values.put("trainwatch.policy.directory", folder.resolve("policies").toString());
        values.put("trainwatch.jobs-directory", folder.resolve("jobs").toString());
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        values.put("trainwatch.http.port", "0");
        return values;
    }

    private static void tenant(Map<String, String> values, String alias, String url, String client, String secret) {
        String prefix = "trainwatch.tenant." + alias + ".";
        values.put(prefix + "base-url", url);
        values.put(prefix + "client-id", client);
        values.put(prefix + "client-secret", secret);
    }

    private void makeHostileFiles() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), TOKEN + "\n");
        for (String name : List.of("jobs", "policies")) {
            Path in = Files.createDirectory(folder.resolve(name));
            String end = name.equals("jobs") ? ".json" : ".yaml";
            Files.createSymbolicLink(in.resolve("bad-link" + end), secret);
            Files.createSymbolicLink(in.resolve("bad-dangling" + end), folder.resolve("nothing"));
            Files.createDirectory(in.resolve("bad-folder" + end));
            new ProcessBuilder("mkfifo", in.resolve("bad-pipe" + end).toString())
                    .start()
                    .waitFor();
            try (RandomAccessFile huge =
                    new RandomAccessFile(in.resolve("bad-huge" + end).toFile(), "rw")) {
                huge.setLength(2L << 30);
            }
            Files.write(in.resolve("bad-binary" + end), new byte[] {0, (byte) 0xff, (byte) 0xfe, 27, '[', '2', 'J'});
            Files.writeString(in.resolve("bad-text" + end), "rules: [\n\u001b[31m\u202e: {{");
            Files.writeString(in.resolve("bad-aliases" + end), "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n");
            Files.writeString(in.resolve("bad-deep" + end), "[".repeat(100_000));
            Files.writeString(in.resolve("bad-empty" + end), "");
        }
    }

    private Process start(Map<String, String> properties) throws IOException {
        Path config = Files.write(
                folder.resolve("isolation.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
        ProcessBuilder service = new ProcessBuilder(
                Path.of("target/trainwatch/bin/trainwatch").toAbsolutePath().toString(),
                "run",
                "-c",
                config.toString());
        service.environment().put("TRAINWATCH_JAVA_OPTS", "-Xmx256m");
        return service.redirectErrorStream(true)
                .redirectOutput(folder.resolve("run.log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("run.log"));
    }

    private static Map.Entry<String, Duration> longest(Map<String, Duration> durations) {
        return durations.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(Map.entry("none", Duration.ZERO));
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
