package io.trainwatch.audit;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** The audit export with the steps of its route around it, any of which may be the last. */
public final class ExportForTests {

    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static final Pattern JOB_AND_ACTION = Pattern.compile("\"job_id\":\"([^\"]*)\",\"action\":\"(\\w+)\"");

    private final Store store;
    private final String node;
    private final Path directory;
    private final InstantSource clock;
    private AuditExport export;
    private int starts;

    public ExportForTests(Store store, String node, Path directory, InstantSource clock) {
        this.store = store;
        this.node = node;
        this.directory = directory;
        this.clock = clock;
        restart();
    }

    static AuditExport of(Store store, String node, AuditOptions options, InstantSource clock) {
        return new AuditExport(
                store, node, options, new Journal(store), new AuditHealth(), new RepeatedFaults(), clock);
    }

    /** What the system does when it ends a process. */
    static void die(AuditExport export) {
        try {
            export.folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restart() {
        if (export != null) {
            die(export);
        }
        export = of(store, node + "/" + starts++, TestOptions.in(directory), clock);
    }

    /**
     * Takes what is in the journal to the file, or dies on the way.
     *
     * @param crash decides where; {@code null} where it does not die
     * @return lines that are safe in the file now
     */
    public int turn(Random crash) throws IOException {
        AuditExport.Group group = next(export);
        if (group == null) {
            return 0;
        }
        int length = group.bytes().length;
        if (crash == null) {
            append(group, length);
            export.written(group);
            return group.lines().size();
        }
        append(group, crash.nextBoolean() ? length : crash.nextInt(length));
        restart();
        return 0;
    }

    /** Without the lock afterwards: the next turn may be another node's, and this one may be thought dead in it. */
    static AuditExport.Group next(AuditExport export) throws IOException {
        Message message = new DefaultExchange(CONTEXT).getMessage();
        try {
            export.next(message);
        } finally {
            export.folder.unlock();
        }
        return message.getBody(AuditExport.Group.class);
    }

    /** As camel-file does, or as much of it as comes before a crash. */
    static void append(AuditExport.Group group, int bytes) throws IOException {
        Files.createDirectories(group.file().getParent());
        Files.write(
                group.file(),
                Arrays.copyOf(group.bytes(), bytes),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** How many lines of each action there are, by job id. */
    public static Map<String, Map<String, Integer>> linesByJob(Path directory) throws IOException {
        Map<String, Map<String, Integer>> lines = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    Matcher read = JOB_AND_ACTION.matcher(line);
                    if (read.find()) {
                        lines.computeIfAbsent(read.group(1), job -> new HashMap<>())
                                .merge(read.group(2), 1, Integer::sum);
                    }
                }
            }
        }
        return lines;
    }
}
