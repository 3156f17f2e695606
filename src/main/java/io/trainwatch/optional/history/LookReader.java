package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.optional.history.HistorySource.Chunk;
import io.trainwatch.optional.history.HistoryUnreadable.NoLook;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.text.IsoTime;
import io.trainwatch.watch.ActionTaken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads recorded looks, in either form. The looks of a job must come one after the other: a look says which samples the
 * look before has shown. Where the beginning of a job was cut off, looks lack such samples up to the first that was
 * recorded as a whole. Not thread-safe.
 */
final class LookReader {

    private static final int MOST_SAMPLES = 50;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private String job = "";
    private String jobId = "";
    private int epoch;
    /** The samples of the look before; {@code null} where it referred to one that is not there. */
    private List<Metric> shown = List.of();

    /**
     * Reads some lines.
     *
     * @param history where they come from, for people
     * @throws HistoryUnreadable where a line is no look, or cannot follow the look before; also what {@code looks} says of it
     */
    void read(String history, Chunk chunk, Consumer<RecordedLook> looks) {
        try (JsonParser json = JSON.createParser(chunk.bytes(), 0, chunk.length())) {
            try {
                while (json.nextToken() != null) {
                    RecordedLook look = read(json);
                    if (look != null) {
                        looks.accept(look);
                    }
                }
            } catch (JsonProcessingException | IllegalArgumentException | IllegalStateException e) {
                long line = chunk.firstLine() == 0
                        ? 0
                        : chunk.firstLine() + json.currentLocation().getLineNr() - 1;
                throw HistoryUnreadable.inLine(history, line, e);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Bytes can be read", e);
        }
    }

    /**
     * Reads the object that the parser has come to the start of.
     *
     * @return {@code null} where it is the head of an export or a policy
     * @throws NoLook where it is no recorded look; the message says what is wrong
     * @throws IllegalArgumentException where it does not follow the look before
     * @throws IOException where it is no JSON
     */
    RecordedLook read(JsonParser json) throws IOException {
        if (!json.hasToken(JsonToken.START_OBJECT)) {
            throw new NoLook("no JSON object");
        }
        LookLine line = LookLine.read(json);
        if (line.history() != null || line.definition() != null) {
            return null;
        }
        require(line.job(), "job");
        int itsEpoch = line.epoch() == null ? 1 : line.epoch();
        List<Metric> before = shownBefore(line, itsEpoch);
        // Taking a key apart costs as much as judging the look.
        String id =
                line.job().equals(job) ? jobId : JobKey.parse(line.job(), null).job();
        RecordedLook look = look(line, itsEpoch, id, before);
        job = line.job();
        jobId = id;
        epoch = itsEpoch;
        boolean refers = line.metrics() != null && line.metrics().stream().anyMatch(LookReader::isRun);
        shown = before == null && refers ? null : look.status().metrics();
        return look;
    }

    /** {@code null} where the beginning of the job was cut off, so that nobody knows. */
    private List<Metric> shownBefore(LookLine line, int itsEpoch) {
        if (job.equals(line.job()) && epoch == itsEpoch) {
            return shown;
        }
        return line.number() > 1 && line.before() == null ? null : List.of();
    }

    private static RecordedLook look(LookLine line, int epoch, String id, List<Metric> before) {
        require(line.at(), "at");
        require(line.state(), "state");
        JobStatus status = new JobStatus(
                id,
                line.state(),
                line.progress(),
                samples(line, before),
                new ResourceUtilization(line.cpu(), line.memory(), line.gpu()),
                line.startedAt(),
                line.completedAt(),
                0,
                null,
                Boolean.TRUE.equals(line.cancelling()));
        return new RecordedLook(
                line.job(),
                epoch,
                line.fence() == null ? 0 : line.fence(),
                line.number(),
                line.at(),
                status,
                Boolean.TRUE.equals(line.stopping()),
                !Boolean.FALSE.equals(line.followed()),
                line.policy(),
                decided(line),
                line.act() == null ? ActionTaken.NONE : line.act(),
                line.before() == null ? null : line.before().known());
    }

    private static Decided decided(LookLine line) {
        boolean cancel = Boolean.TRUE.equals(line.cancel());
        boolean usual = line.outcome() == null || line.outcome().equals(Decided.RUNNING);
        if (usual && !cancel && line.breaches() == null) {
            return Decided.HEALTHY;
        }
        return new Decided(
                usual ? Decided.RUNNING : line.outcome(),
                cancel,
                line.breaches() == null ? List.of() : line.breaches());
    }

    private static void require(Object value, String field) {
        if (value == null) {
            throw new NoLook("'" + field + "' is missing");
        }
    }

    private static boolean isRun(List<Object> item) {
        return item.size() > 1 && item.get(1) instanceof Number;
    }

    /** @param before {@code null} where samples that are referred to are not there, and left out */
    private static List<Metric> samples(LookLine line, List<Metric> before) {
        List<Metric> samples = new ArrayList<>(MOST_SAMPLES);
        for (List<Object> item : line.metrics() == null ? List.<List<Object>>of() : line.metrics()) {
            if (!isRun(item)) {
                samples.add(sample(item));
            } else if (before != null) {
                samples.addAll(run(item, before));
            }
        }
        return samples;
    }

    private static List<Metric> run(List<Object> item, List<Metric> before) {
        int from = item.get(0) instanceof Number number ? number.intValue() : -1;
        int count = ((Number) item.get(1)).intValue();
        if (from < 0 || count < 1 || from + count > before.size()) {
            throw new IllegalArgumentException("'metrics' refers to samples " + from + " to " + (from + count - 1)
                    + " of the look before, which has " + before.size()
                    + ": the looks of a job must stand together, all of them, in their order");
        }
        return before.subList(from, from + count);
    }

    private static Metric sample(List<Object> item) {
        try {
            Instant at = item.get(0) instanceof Number nanos
                    ? LookLine.ofNanos(nanos.longValue())
                    : IsoTime.parse((String) item.get(0));
            // One that JSON cannot write, such as NaN, stands there as text.
            Double value = item.get(2) instanceof Number number
                    ? Double.valueOf(number.doubleValue())
                    : Double.valueOf((String) item.get(2));
            return new Metric(at, (String) item.get(1), value, item.size() > 3 ? (String) item.get(3) : null);
        } catch (RuntimeException e) {
            throw new NoLook("'metrics' cannot be read: its value is of another kind", e);
        }
    }
}
