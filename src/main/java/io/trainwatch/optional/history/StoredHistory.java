package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.trainwatch.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks from a store, whether a service writes to it or not: those that were committed when the reading began. */
public final class StoredHistory implements HistorySource {

    private static final int CHUNK = 1 << 18;
    private static final int ROWS_AT_ONCE = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(StoredHistory.class);

    private final Store store;
    private final String name;

    /** @param name for people */
    public StoredHistory(Store store, String name) {
        this.store = store;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void read(BiConsumer<String, String> policies, Consumer<Chunk> lines) {
        // One transaction: all of it is of one moment, and PostgreSQL hands out rows bit by bit only in one.
        store.read(handle -> handle.inTransaction(transaction -> {
            policies(transaction, policies);
            looks(transaction, lines);
            return null;
        }));
    }

    private void policies(Handle handle, BiConsumer<String, String> policies) {
        try {
            handle.createQuery("select hash, definition from recorded_policy order by hash")
                    .map((row, context) -> Map.entry(row.getString("hash"), row.getString("definition")))
                    .forEach(policy -> policies.accept(policy.getKey(), policy.getValue()));
        } catch (IllegalArgumentException e) {
            throw new HistoryUnreadable(
                    "The history " + name + " has a policy that cannot be read: " + e.getMessage(), e);
        }
    }

    private void looks(Handle handle, Consumer<Chunk> lines) {
        Lines chunk = new Lines(lines);
        try (ResultIterator<Row> rows = handle.createQuery(store.sql(StoredHistory.class, "read-looks"))
                .setFetchSize(ROWS_AT_ONCE)
                .map((row, context) -> new Row(row.getString(1), row.getInt(2), row.getLong(3), row.getString(4)))
                .iterator()) {
            while (rows.hasNext()) {
                chunk.add(rows.next());
            }
        }
        chunk.flush();
    }

    /**
     * The latest looks since the job was put on the list for that time, the oldest first, without those that cannot be read.
     */
    public static List<RecordedLook> latest(Store store, String job, int epoch, int most) {
        List<Row> rows = new ArrayList<>(store.read(
                handle -> handle.createQuery("select fence, look from recorded_look where job_no ="
                                + " (select no from recorded_job where job = :job and epoch = :epoch)"
                                + " order by fence desc limit :most")
                        .bind("job", job)
                        .bind("epoch", epoch)
                        .bind("most", most)
                        .map((row, context) -> new Row(job, epoch, row.getLong("fence"), row.getString("look")))
                        .list()));
        Collections.reverse(rows);
        LookReader reader = new LookReader();
        List<RecordedLook> looks = new ArrayList<>();
        for (Row row : rows) {
            try (JsonParser json = new JsonFactory().createParser(row.line())) {
                json.nextToken();
                looks.add(reader.read(json));
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("A recorded look at {} cannot be read, and is not shown", job, e);
            }
        }
        return looks;
    }

    private record Row(String job, int epoch, long fence, String look) {

        /** The line that stands for it, with the short names. */
        byte[] line() {
            return ("{\"job\":\"" + job + "\",\"epoch\":" + epoch + ",\"fence\":" + fence + "," + look.substring(1)
                            + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Gathers lines. */
    private static final class Lines {
        private final Consumer<Chunk> out;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK + 4096);
        private String lastJob = "";
        private boolean continues;

        Lines(Consumer<Chunk> out) {
            this.out = out;
        }

        void add(Row row) {
            if (bytes.size() == 0) {
                continues = row.job().equals(lastJob);
            }
            bytes.writeBytes(row.line());
            lastJob = row.job();
            if (bytes.size() >= CHUNK) {
                flush();
            }
        }

        void flush() {
            if (bytes.size() > 0) {
                byte[] all = bytes.toByteArray();
                out.accept(new Chunk(all, all.length, 0, continues));
                bytes.reset();
            }
        }
    }
}
