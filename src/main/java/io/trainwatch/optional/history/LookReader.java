package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Level;
import io.trainwatch.text.IsoTime;
import io.trainwatch.watch.ActionTaken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads recorded looks, in either form. The looks of a job must come one after the other: a look says which samples the
 * look before has shown. Where the beginning of a job was cut off, looks lack such samples up to the first that was
 * recorded as a whole. Not thread-safe.
 */
final class LookReader {

    private static final long NANOS = 1_000_000_000L;
    private static final ObjectMapper TREES = new ObjectMapper();
    private static final int MOST_SAMPLES = 50;

    private String job = "";
    private String jobId = "";
    private int epoch;
    /** The samples of the look before; {@code null} where it referred to one that is not there. */
    private List<Metric> shown = List.of();

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
        Fields fields = new Fields();
        boolean isLook = true;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            Field field = Field.named(name);
            isLook &= field != null || !ExportHead.FIELDS.contains(name);
            JsonToken token = json.nextToken();
            if (field == null || token == JsonToken.VALUE_NULL) {
                // A later version may add fields; this one can go on without them.
                json.skipChildren();
            } else {
                fields.read(field, json);
            }
        }
        if (!isLook) {
            return null;
        }
        List<Metric> before = shownBefore(fields);
        Fields.require(fields.job, Field.JOB);
        // Taking a key apart costs as much as judging the look.
        String id =
                fields.job.equals(job) ? jobId : JobKey.parse(fields.job, null).job();
        RecordedLook look = fields.look(id, before == null ? List.of() : before, before == null);
        job = look.job();
        jobId = id;
        epoch = look.epoch();
        shown = before == null && fields.refers() ? null : look.status().metrics();
        return look;
    }

    /** {@code null} where the beginning of the job was cut off, so that nobody knows. */
    private List<Metric> shownBefore(Fields fields) {
        if (job.equals(fields.job) && epoch == fields.epoch) {
            return shown;
        }
        return fields.number > 1 && fields.before == null ? null : List.of();
    }

    /** The fields of one look, as far as they have come. */
    private static final class Fields {
        private String job;
        private int epoch = 1;
        private long fence;
        private long number;
        private Instant at;
        private TrainingState state;
        private Double progress;
        private Double cpu;
        private Double memory;
        private Double gpu;
        private Instant startedAt;
        private Instant completedAt;
        private boolean cancelling;
        /** Samples, and runs of samples of the look before; {@code null} where there are none. */
        private List<Object> metrics;

        private boolean stopping;
        private boolean followed = true;
        private String policy;
        private String outcome = Decided.RUNNING;
        private boolean cancel;
        private List<Decided.Found> found = List.of();
        private ActionTaken act = ActionTaken.NONE;
        private RecordedLook.Known before;

        void read(Field field, JsonParser json) throws IOException {
            try {
                switch (field) {
                    case JOB -> job = json.getText();
                    case EPOCH -> epoch = json.getIntValue();
                    case FENCE -> fence = json.getLongValue();
                    case NUMBER -> number = json.getLongValue();
                    case AT -> at = time(json);
                    case STATE -> state = word(TrainingState.class, json.getText());
                    case PROGRESS -> progress = number(json);
                    case CPU -> cpu = number(json);
                    case MEMORY -> memory = number(json);
                    case GPU -> gpu = number(json);
                    case STARTED_AT -> startedAt = time(json);
                    case COMPLETED_AT -> completedAt = time(json);
                    case CANCELLING -> cancelling = json.getBooleanValue();
                    case METRICS -> metrics = metrics(json);
                    case STOPPING -> stopping = json.getBooleanValue();
                    case FOLLOWED -> followed = json.getBooleanValue();
                    case POLICY -> policy = json.getText();
                    case OUTCOME -> outcome = json.getText();
                    case CANCEL -> cancel = json.getBooleanValue();
                    case BREACHES -> found = found(json);
                    case ACT -> act = word(ActionTaken.class, json.getText().toUpperCase(Locale.ROOT));
                    case BEFORE -> before = before(json);
                }
            } catch (DateTimeException | IllegalArgumentException | JsonProcessingException e) {
                String why = e instanceof JsonProcessingException ? "its value is of another kind" : e.getMessage();
                throw new NoLook("'" + field.in(Field.Form.EXPORT) + "' cannot be read: " + why, e);
            }
        }

        /** Whether samples of the look before are shown again. */
        boolean refers() {
            return metrics != null && metrics.stream().anyMatch(Run.class::isInstance);
        }

        /** @param incomplete whether samples that are referred to and not there are left out */
        RecordedLook look(String jobId, List<Metric> shown, boolean incomplete) {
            require(at, Field.AT);
            require(state, Field.STATE);
            boolean usual = outcome.equals(Decided.RUNNING) && !cancel && found.isEmpty();
            JobStatus status = new JobStatus(
                    jobId,
                    state,
                    progress,
                    metrics == null ? List.of() : resolved(metrics, shown, incomplete),
                    new ResourceUtilization(cpu, memory, gpu),
                    startedAt,
                    completedAt,
                    0,
                    null,
                    cancelling);
            return new RecordedLook(
                    job,
                    epoch,
                    fence,
                    number,
                    at,
                    status,
                    stopping,
                    followed,
                    policy,
                    usual ? Decided.HEALTHY : new Decided(outcome, cancel, found),
                    act,
                    before);
        }

        private static void require(Object value, Field field) {
            if (value == null) {
                throw new NoLook("'" + field.in(Field.Form.EXPORT) + "' is missing");
            }
        }
    }

    private record Run(int from, int count) {}

    private static List<Object> metrics(JsonParser json) throws IOException {
        List<Object> items = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_ARRAY) {
            boolean isNumber = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
            long first = isNumber ? json.getLongValue() : 0;
            Instant time = isNumber ? null : time(json);
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                items.add(new Run((int) first, json.getIntValue()));
                json.nextToken();
            } else {
                String name = json.getText();
                json.nextToken();
                Double value = number(json);
                String unit = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : LookWriter.PERCENT;
                items.add(new Metric(isNumber ? ofNanos(first) : time, name, value, unit));
            }
            while (!json.hasToken(JsonToken.END_ARRAY)) {
                json.nextToken();
            }
        }
        return items;
    }

    private static List<Metric> resolved(List<Object> items, List<Metric> shown, boolean incomplete) {
        List<Metric> samples = new ArrayList<>(MOST_SAMPLES);
        for (Object item : items) {
            if (item instanceof Metric sample) {
                samples.add(sample);
            } else if (item instanceof Run run && !incomplete) {
                if (run.from < 0 || run.count < 1 || run.from + run.count > shown.size()) {
                    throw new IllegalArgumentException("'metrics' refers to samples " + run.from + " to "
                            + (run.from + run.count - 1) + " of the look before, which has " + shown.size()
                            + ": the looks of a job must stand together, all of them, in their order");
                }
                samples.addAll(shown.subList(run.from, run.from + run.count));
            }
        }
        return samples;
    }

    private static List<Decided.Found> found(JsonParser json) throws IOException {
        List<Decided.Found> all = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            String rule = "";
            Level level = Level.CANCEL;
            double observed = Double.NaN;
            double limit = Double.NaN;
            Instant since = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "rule" -> rule = json.getText();
                    case "level" -> level = word(Level.class, json.getText().toUpperCase(Locale.ROOT));
                    case "observed" -> observed = number(json);
                    case "limit" -> limit = number(json);
                    case "since" -> since = time(json);
                    default -> json.skipChildren();
                }
            }
            all.add(new Decided.Found(rule, level, observed, limit, since));
        }
        return all;
    }

    private static RecordedLook.Known before(JsonParser json) throws IOException {
        JsonNode tree = TREES.readTree(json);
        JsonNode state = tree.get("state");
        return new RecordedLook.Known(
                state == null ? null : word(TrainingState.class, state.asText()),
                Observed.fromJson(tree.path("observed").toString()));
    }

    /** As {@link Enum#valueOf}, but what is wrong is said without the names of classes. */
    private static <E extends Enum<E>> E word(Class<E> known, String text) {
        try {
            return Enum.valueOf(known, text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it is none of " + List.of(known.getEnumConstants()), e);
        }
    }

    /** A number; one that JSON cannot write, such as NaN, stands there as text. */
    private static Double number(JsonParser json) throws IOException {
        return json.hasToken(JsonToken.VALUE_STRING) ? Double.parseDouble(json.getText()) : json.getDoubleValue();
    }

    private static Instant time(JsonParser json) throws IOException {
        return json.hasToken(JsonToken.VALUE_STRING) ? IsoTime.parse(json.getText()) : ofNanos(json.getLongValue());
    }

    private static Instant ofNanos(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}
