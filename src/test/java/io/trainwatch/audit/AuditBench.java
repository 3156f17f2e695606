package io.trainwatch.audit;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Measures how many audit lines a second become durable: rows that are committed to a SQLite store, made lines with chain,
 * tree and signed checkpoints, appended by camel-file, forced to disk, and removed from the store. See src/bench/audit.
 */
public final class AuditBench {

    private static final int ROWS_A_COMMIT = 500;

    private AuditBench() {}

    /** @param arguments lines, writers, and the folder to work in */
    public static void main(String[] arguments) throws Exception {
        int lines = Integer.parseInt(arguments[0]);
        int writers = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory(Path.of(arguments[2]), "audit-bench");
        String key = arguments.length > 3 ? arguments[3] : SigningKey.generate();
        for (int round = 1; round <= 3; round++) {
            Path here = Files.createDirectory(folder.resolve("round-" + round));
            try (Bench bench = new Bench(here, new AuditKeys(KeyForm.AUDIT.parse(key)))) {
                bench.run(lines, writers, round);
            }
        }
        System.out.println("key " + KeyForm.AUDIT.parse(key).get(0).publicHalf());
        System.out.println("files " + folder);
    }

    private static final class Bench implements AutoCloseable {

        private final Store store;
        private final Journal journal;
        private final AuditOptions options;
        private final AuditExport export;
        private final DefaultCamelContext context = new DefaultCamelContext();
        private final ProducerTemplate template;
        private final List<Integer> groups = new ArrayList<>();

        Bench(Path folder, AuditKeys keys) {
            store = Store.open("jdbc:sqlite:" + folder.resolve("bench.db"), null, null);
            journal = new Journal(store);
            options = TestOptions.maxSize(1L << 40, TestOptions.in(folder.resolve("audit"), keys));
            export = new AuditExport(
                    store, "bench", options, journal, new AuditHealth(), new RepeatedFaults(), InstantSource.system());
            // No service here: only its export, and the component that appends.
            context.getLifecycleStrategies()
                    .removeIf(strategy -> strategy.getClass().getName().startsWith("io.trainwatch"));
            context.start();
            template = context.createProducerTemplate();
        }

        void run(int lines, int writers, int round) throws Exception {
            write(lines / 2, writers);
            long start = System.nanoTime();
            long drained = drain(new AtomicBoolean(true));
            print(round, "lines from rows that wait", drained, start);

            AtomicBoolean ended = new AtomicBoolean();
            start = System.nanoTime();
            Thread feeding = new Thread(() -> {
                write(lines / 2, writers);
                ended.set(true);
            });
            feeding.start();
            long followed = drain(ended);
            feeding.join();
            print(round, "lines while " + writers + " writers commit rows", followed, start);

            reference(round);
            start = System.nanoTime();
            AuditVerification.Result result = AuditVerification.verify(
                    AuditVerification.Request.of(List.of(options.directory())).with(options.keys()));
            print(round, "lines verified", result.lines(), start);
            System.out.println(
                    "         " + result.describe().lines().findFirst().orElseThrow());
        }

        /** The same bytes in the same groups, appended and forced, and nothing else. */
        private void reference(int round) throws IOException {
            Path file = AuditFile.in(options.directory()).get(0);
            byte[] bytes = Files.readAllBytes(file);
            Path copy = options.directory().resolveSibling("reference");
            long start = System.nanoTime();
            int lines = 0;
            int from = 0;
            for (int group : groups) {
                try (FileChannel channel =
                        FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                    channel.write(ByteBuffer.wrap(bytes, from, group));
                    channel.force(false);
                }
                from += group;
            }
            for (byte b : bytes) {
                lines += b == '\n' ? 1 : 0;
            }
            print(round, "lines as the disk takes them (reference)", lines, start);
        }

        private void write(int rows, int writers) {
            ExecutorService threads = Executors.newFixedThreadPool(writers);
            int each = rows / writers;
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int number = writer;
                all.add(threads.submit(() -> {
                    for (int done = 0; done < each; done += ROWS_A_COMMIT) {
                        List<AuditEntry> entries = entries(number, Math.min(ROWS_A_COMMIT, each - done));
                        ChainStore.in(store, handle -> journal.write(handle, entries));
                    }
                }));
            }
            threads.shutdown();
            for (Future<?> writer : all) {
                try {
                    writer.get();
                } catch (ExecutionException | InterruptedException e) {
                    throw new IllegalStateException("A writer ended before its time", e);
                }
            }
        }

        private static List<AuditEntry> entries(int writer, int count) {
            List<AuditEntry> entries = new ArrayList<>(count);
            Instant now = InstantSource.system().instant();
            for (int i = 0; i < count; i++) {
                entries.add(new AuditEntry(
                        now,
                        "acme",
                        "web-shop",
                        "intents-" + writer + "-" + i % 50,
                        AuditAction.STATUS_CHECK,
                        "{\"state\":\"RUNNING\",\"progress_percent\":42.5,\"cpu_usage\":61.2,\"memory_usage\":48.0,"
                                + "\"outcome\":\"running\"}"));
            }
            return entries;
        }

        private long drain(AtomicBoolean ended) throws Exception {
            long lines = 0;
            while (true) {
                boolean last = ended.get();
                Exchange exchange = context.getEndpoint(uri()).createExchange();
                export.next(exchange.getMessage());
                AuditExport.Group group = exchange.getMessage().getBody(AuditExport.Group.class);
                if (group == null) {
                    if (last) {
                        return lines;
                    }
                    Thread.onSpinWait();
                    continue;
                }
                exchange.getMessage().setBody(group.bytes());
                template.send(uri(), exchange);
                export.written(group);
                groups.add(group.bytes().length);
                lines += group.lines().size();
            }
        }

        private String uri() {
            return "file:" + options.directory() + "?fileExist=Append&allowNullBody=false";
        }

        @Override
        public void close() {
            context.stop();
            store.close();
        }
    }

    private static void print(int round, String what, long lines, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT, "round %d  %,9.0f /s  %,d %s in %.2f s%n", round, lines / seconds, lines, what, seconds);
    }
}
