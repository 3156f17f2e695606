package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recorded looks at one job, as far as they are kept. Thread-safe. */
public final class JobLooks {

    private static final Logger LOG = LoggerFactory.getLogger(JobLooks.class);
    private static final JsonFactory JSON = new JsonFactory();

    private final Store store;

    public JobLooks(Store store) {
        this.store = store;
    }

    /**
     * The latest looks since the job was put on the list for that time, the oldest first, without those that cannot be read.
     */
    public List<RecordedLook> latest(String job, int epoch, int most) {
        List<StoredHistory.Row> rows = new ArrayList<>(store.read(handle -> handle.createQuery(
                        "select fence, look from recorded_look where job_no ="
                                + " (select no from recorded_job where job = :job and epoch = :epoch)"
                                + " order by fence desc limit :most")
                .bind("job", job)
                .bind("epoch", epoch)
                .bind("most", most)
                .map((row, context) -> new StoredHistory.Row(job, epoch, row.getLong("fence"), row.getString("look")))
                .list()));
        Collections.reverse(rows);
        LookReader reader = new LookReader();
        List<RecordedLook> looks = new ArrayList<>();
        for (StoredHistory.Row row : rows) {
            try (JsonParser json = JSON.createParser(row.line())) {
                json.nextToken();
                looks.add(reader.read(json));
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("A recorded look at {} cannot be read, and is not shown", job, e);
            }
        }
        return looks;
    }
}
