package io.trainwatch;

import io.trainwatch.audit.Journal;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.Event;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Events;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.WebhookTarget;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.jdbi.v3.core.Handle;

/**
 * Measures the time from the moment at which an event is due to be published, until its target sees the first byte of it;
 * the event is committed in between. Run by {@code src/bench/delivery}.
 */
public final class DeliveryBench {

    private static final int WARM_UP_SECONDS = 8;
    private static final int JOBS = 5_000;

    private final int perSecond;
    private final int seconds;
    private final int targets;
    private final int troubled;
    private final boolean toAll;
    private final Map<String, Long> due = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private volatile boolean measuring;

    private DeliveryBench(int perSecond, int seconds, int targets, int troubled, boolean toAll) {
        this.perSecond = perSecond;
        this.seconds = seconds;
        this.targets = targets;
        this.troubled = troubled;
        this.toAll = toAll;
    }

    public static void main(String[] arguments) throws Exception {
        int perSecond = Integer.parseInt(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        int targets = Integer.parseInt(arguments[2]);
        boolean toAll = arguments[3].equals("all");
        int rounds = Integer.parseInt(arguments[4]);
        System.out.printf(
                "%d events/s, each to %s of %d targets, %d s a run; %s processors%n",
                perSecond,
                toAll ? "every one" : "one",
                targets,
                seconds,
                Runtime.getRuntime().availableProcessors());
        // The first run is compiled while it runs, which takes longer than the run.
        new DeliveryBench(perSecond, seconds, targets, 0, toAll).run("(cold, does not count)");
        for (int round = 0; round < rounds; round++) {
            new DeliveryBench(perSecond, seconds, targets, 0, toAll).reference();
            new DeliveryBench(perSecond, seconds, targets, 0, toAll).run("all well");
            new DeliveryBench(perSecond, seconds, targets, 3, toAll).run("1 dead, 2 slow");
        }
        System.exit(0);
    }

    private void run(String title) throws Exception {
        Path folder = Files.createTempDirectory("delivery-bench");
        List<BenchReceiver> receivers = new ArrayList<>();
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < targets; i++) {
            boolean healthy = i >= troubled;
            String name = "t" + i;
            BenchReceiver receiver = new BenchReceiver(healthy ? 0 : 15, healthy ? this::received : (id, at) -> {});
            receivers.add(receiver);
            properties.put("trainwatch.webhook." + name + ".url", receiver.url());
            properties.put(
                    "trainwatch.webhook." + name + ".secret", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        }
        if (troubled > 0) {
            receivers.get(0).close();
        }
        properties.put("trainwatch.tenant.acme.base-url", "http://127.0.0.1:1/api");
        properties.put("trainwatch.webhook.timeout", "20s");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("bench.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        Settings settings = TrainwatchSettings.read(Sources.of(properties));
        StoreBeingOpened opened = new StoreBeingOpened(settings);
        Main main = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                CamelContext context = super.createCamelContext();
                context.setApplicationContextClassLoader(DeliveryBench.class.getClassLoader());
                return context;
            }
        };
        main.bind("trainwatchSettings", settings);
        main.bind("trainwatchStore", opened);
        main.setPropertyPlaceholderLocations("classpath:trainwatch-standalone.properties");
        main.start();
        publish(opened.store());
        long pending = opened.store().read(handle -> count(handle, "pending"));
        long delivered = opened.store().read(handle -> count(handle, "delivered"));
        main.stop();
        for (BenchReceiver receiver : receivers) {
            receiver.close();
        }
        print(title, ", " + delivered + " delivered, " + pending + " pending");
    }

    private static long count(Handle handle, String status) {
        return handle.createQuery("select count(*) from delivery where status = :status")
                .bind("status", status)
                .mapTo(Long.class)
                .one();
    }

    /** One outbox for each target, so that an event can be put there for that one alone; the service's own sends it. */
    private void publish(Store store) throws InterruptedException {
        List<Outbox> outboxes = new ArrayList<>();
        Map<String, WebhookTarget> all = new HashMap<>();
        for (int i = 0; i < targets; i++) {
            WebhookTarget target = Events.target(
                    "t" + i,
                    URI.create("http://127.0.0.1/"),
                    java.util.Optional.empty(),
                    java.util.EnumSet.allOf(EventType.class));
            all.put(target.name(), target);
            outboxes.add(outbox(store, Map.of(target.name(), target)));
        }
        Outbox toEvery = outbox(store, all);
        paced((number, dueAt) -> {
            Instant now = InstantSource.system().instant();
            String job = "job-" + number % JOBS;
            Event event = event(job, number, now);
            Outbox outbox = toAll ? toEvery : outboxes.get(number % targets);
            due.put(event.eventId(), dueAt);
            store.transaction(handle -> outbox.publish(handle, "acme:bots/" + job, event, now));
        });
    }

    private static Outbox outbox(Store store, Map<String, WebhookTarget> targets) {
        return new Outbox(
                store,
                targets,
                new Journal(store),
                "bench",
                Duration.ofMinutes(1),
                1,
                () -> 0.5,
                InstantSource.system());
    }

    private static Event event(String job, int number, Instant now) {
        return Events.event(
                job,
                "bots",
                "COMPLETED",
                100d,
                now,
                71.25,
                60d,
                Map.of("accuracy", 93.5, "loss", 0.25),
                Event.id("acme", "bots", job, 1, "event-" + number),
                EventType.JOB_COMPLETED,
                "acme",
                null,
                now,
                now,
                null);
    }

    /** What none can do without: the commit of the event, and a request on an open connection. */
    private void reference() throws Exception {
        Path folder = Files.createTempDirectory("delivery-bench");
        Store store = Store.open("jdbc:sqlite:" + folder.resolve("reference.db"), null, null);
        List<BenchReceiver> receivers = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            receivers.add(new BenchReceiver(0, this::received));
        }
        ConcurrentHashMap<String, Socket> sockets = new ConcurrentHashMap<>();
        Outbox nobody = outbox(store, Map.of());
        paced((number, dueAt) -> {
            Instant now = InstantSource.system().instant();
            Event event = event("job-" + number % JOBS, number, now);
            due.put(event.eventId(), dueAt);
            store.transaction(handle -> nobody.publish(handle, "acme:bots/job", event, now));
            for (int i = 0; i < targets; i++) {
                if (toAll || i == number % targets) {
                    URI url = URI.create(receivers.get(i).url());
                    String key = Thread.currentThread().getName() + i;
                    post(sockets.computeIfAbsent(key, none -> connect(url)), event);
                }
            }
        });
        store.close();
        for (BenchReceiver receiver : receivers) {
            receiver.close();
        }
        print("reference: a commit and a bare request", "");
    }

    private static Socket connect(URI url) {
        try {
            Socket socket = new Socket(url.getHost(), url.getPort());
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void post(Socket socket, Event event) {
        try {
            byte[] body = event.body().getBytes(StandardCharsets.UTF_8);
            String head = "POST /hook HTTP/1.1\r\nHost: x\r\nwebhook-id: " + event.eventId() + "\r\nContent-Length: "
                    + body.length + "\r\n\r\n";
            socket.getOutputStream().write((head + event.body()).getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().readNBytes(27);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private interface Step {
        void take(int number, long dueAt);
    }

    /** Each step has its time, whether or not those before it are done in time. */
    private void paced(Step step) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        long start = System.nanoTime();
        int events = perSecond * (WARM_UP_SECONDS + seconds);
        for (int i = 0; i < events; i++) {
            int number = i;
            long dueAt = start + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < dueAt) {
                LockSupport.parkNanos(dueAt - System.nanoTime());
            }
            measuring = number >= perSecond * WARM_UP_SECONDS;
            threads.execute(() -> step.take(number, dueAt));
        }
        threads.shutdown();
        threads.awaitTermination(1, TimeUnit.MINUTES);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
        measuring = false;
    }

    private void received(String id, long at) {
        if (measuring && due.containsKey(id)) {
            nanos.add(at - due.get(id));
        }
    }

    private void print(String title, String more) {
        List<Long> sorted = nanos.stream().sorted().toList();
        System.out.printf(
                "%-40s p50 %7.2f  p95 %7.2f  p99 %7.2f  max %8.2f ms, %d first bytes%s%n",
                title,
                percentile(sorted, 50),
                percentile(sorted, 95),
                percentile(sorted, 99),
                percentile(sorted, 100),
                sorted.size(),
                more);
    }

    private static double percentile(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        int index = Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1);
        return sorted.get(index) / 1e6;
    }
}
