package io.trainwatch.audit;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** An audit with its store and folder; a turn does what the route does, failures included. */
final class AuditUnderTest implements AutoCloseable {

    private static final CamelContext CONTEXT = new DefaultCamelContext();

    final SettableClock clock = new SettableClock();
    final AuditHealth health = new AuditHealth();
    private final RepeatedFaults faults = new RepeatedFaults();
    final Store store;
    final Journal journal;
    AuditOptions options;
    AuditExport export;
    private int rows;

    AuditUnderTest(Path folder, AuditOptions options) {
        this.store = Store.open("jdbc:sqlite:" + folder.resolve("audit-test.db"), null, null);
        this.journal = new Journal(store);
        this.options = options;
        restart();
    }

    /** As after a start: what the process knew is gone. */
    void restart() {
        export = new AuditExport(store, "node", options, journal, health, faults, clock);
    }

    void write(int count) {
        write(AuditAction.STATE_CHANGED, count);
    }

    void write(AuditAction action, int count) {
        ChainStore.in(store, handle -> {
            for (int i = 0; i < count; i++) {
                journal.write(handle, entry(action, rows++));
            }
        });
    }

    AuditEntry entry(AuditAction action, int row) {
        return new AuditEntry(
                clock.instant(),
                "acme",
                "bots",
                "job-" + row % 5,
                action,
                "{\"row\":" + row + ",\"text\":\"é Å \u0085\u2028\u2029\"}");
    }

    /** One turn of the route; says whether lines were written. */
    boolean turn() {
        Exchange exchange = new DefaultExchange(CONTEXT);
        try {
            export.next(exchange.getMessage());
            AuditExport.Group group = exchange.getMessage().getBody(AuditExport.Group.class);
            if (group == null) {
                return false;
            }
            ExportForTests.append(group, group.bytes().length);
            export.written(group);
            return true;
        } catch (IOException | RuntimeException e) {
            exchange.setProperty(Exchange.EXCEPTION_CAUGHT, e);
            export.failed(exchange);
            return false;
        }
    }

    void turns() {
        while (turn()) {
            continue;
        }
    }

    List<Path> files() throws IOException {
        return AuditFile.in(options.directory());
    }

    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            lines.addAll(Files.readAllLines(file));
        }
        return lines;
    }

    AuditVerification.Result verify() throws IOException {
        return AuditVerification.verify(AuditVerification.Request.of(List.of(options.directory()))
                .with(options.keys())
                .with(Optional.of(() -> KnownLines.of(store))));
    }

    @Override
    public void close() {
        store.close();
    }
}
