package io.trainwatch.optional.history;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.history.HistoryUnreadable.NoLook;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.optional.history.RecordedLook.Known;
import io.trainwatch.text.IsoTime;
import io.trainwatch.watch.ActionTaken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * A recorded look as JSON, each field with its name in an export and the short one in the store. What is missing, false or
 * as usual is {@code null}, and left out.
 *
 * @param metrics a run of samples that the look before has shown is {@code [from, count]}, a new one
 *     {@code [time, name, value(, unit)]}
 * @param history only in the head of an export
 * @param definition only in a line that says what a policy is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LookLine(
        @JsonAlias("j") String job,
        @JsonAlias("i") Integer epoch,
        @JsonAlias("f") Long fence,
        @JsonProperty("look") @JsonAlias("n") long number,
        @JsonAlias("t") Instant at,
        @JsonAlias("s") TrainingState state,
        @JsonProperty("progress_percent") @JsonAlias("p") Double progress,
        @JsonProperty("cpu_usage") @JsonAlias("c") Double cpu,
        @JsonProperty("memory_usage") @JsonAlias("m") Double memory,
        @JsonProperty("gpu_memory_used") @JsonAlias("g") Double gpu,
        @JsonProperty("started_at") @JsonAlias("b") Instant startedAt,
        @JsonProperty("completed_at") @JsonAlias("e") Instant completedAt,
        @JsonAlias("x") Boolean cancelling,
        @JsonAlias("w") List<List<Object>> metrics,
        @JsonAlias("k") Boolean stopping,
        @JsonAlias("u") Boolean followed,
        @JsonAlias("y") String policy,
        @JsonAlias("o") String outcome,
        @JsonAlias("d") Boolean cancel,
        @JsonAlias("r") List<Decided.Found> breaches,

        @JsonAlias("a") @JsonFormat(with = JsonFormat.Feature.ACCEPT_CASE_INSENSITIVE_VALUES)
        ActionTaken act,

        @JsonAlias("q") Before before,
        JsonNode history,
        JsonNode definition) {

    /** Before 1700 or after 2200 nanoseconds would not fit. */
    private static final long MAX_SECONDS = 8_000_000_000L;

    private static final long NANOS = 1_000_000_000L;

    /** Of either form; a later version may add fields, and this one can go on without them. */
    private static final ObjectReader READER = mapper(Form.EXPORT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(
                    LogicalType.Boolean,
                    kinds -> kinds.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.String, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Integer, kinds -> kinds.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
            .build()
            .readerFor(LookLine.class);

    private static final ObjectMapper TREES = new ObjectMapper();
    private static final ObjectWriter STORE = mapper(Form.STORE).build().writerFor(LookLine.class);
    private static final ObjectWriter EXPORT = mapper(Form.EXPORT).build().writerFor(LookLine.class);

    /** What was known before, where that is recorded. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Before(TrainingState state, JsonNode observed) {

        static Before of(Known known) {
            try {
                return new Before(known.state(), TREES.readTree(known.observed().toJson()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Observations are JSON", e);
            }
        }

        Known known() {
            return new Known(state, Observed.fromJson(String.valueOf(observed)));
        }
    }

    /** Where a look is written to. */
    enum Form {
        /** Short names, times as nanoseconds since 1970; of job, epoch and fence there are columns. */
        STORE,
        /** Names and times for people. */
        EXPORT
    }

    /** One line, without its end. */
    String in(Form form) {
        try {
            return (form == Form.STORE ? STORE : EXPORT).writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A look can be written", e);
        }
    }

    /**
     * Reads the object that the parser has come to the start of.
     *
     * @throws NoLook where a field cannot be read; the message says which and why
     * @throws IOException where it is no JSON
     */
    static LookLine read(JsonParser json) throws IOException {
        try {
            return READER.readValue(json);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof JsonParseException noJson) {
                throw noJson;
            }
            throw new NoLook("'" + e.getPath().get(0).getFieldName() + "' cannot be read: " + why(e), e);
        }
    }

    /** Without the names of classes. */
    private static String why(JsonMappingException e) {
        if (e.getCause() instanceof DateTimeException || e.getCause() instanceof IllegalArgumentException) {
            return e.getCause().getMessage();
        }
        return e instanceof InvalidFormatException value
                        && value.getTargetType().isEnum()
                ? "it is none of " + List.of(value.getTargetType().getEnumConstants())
                : "its value is of another kind";
    }

    static Instant ofNanos(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    private static JsonMapper.Builder mapper(Form form) {
        SimpleModule module = new SimpleModule()
                .addSerializer(Instant.class, new TimeWriter(form))
                .addDeserializer(Instant.class, new TimeReader());
        JsonMapper.Builder mapper = JsonMapper.builder().addModule(module);
        return form == Form.STORE ? mapper.annotationIntrospector(new ShortNames()) : mapper;
    }

    /** Writes by the names that reading knows as aliases. */
    private static final class ShortNames extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public PropertyName findNameForSerialization(Annotated member) {
            JsonAlias brief = _findAnnotation(member, JsonAlias.class);
            return brief == null ? super.findNameForSerialization(member) : PropertyName.construct(brief.value()[0]);
        }

        @Override
        public PropertyName findNameForDeserialization(Annotated member) {
            return findNameForSerialization(member);
        }
    }

    private static final class TimeWriter extends StdScalarSerializer<Instant> {

        private final Form form;

        TimeWriter(Form form) {
            super(Instant.class);
            this.form = form;
        }

        @Override
        public void serialize(Instant value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (form == Form.STORE && Math.abs(value.getEpochSecond()) < MAX_SECONDS) {
                json.writeNumber(value.getEpochSecond() * NANOS + value.getNano());
            } else {
                json.writeString(value.toString());
            }
        }
    }

    private static final class TimeReader extends StdScalarDeserializer<Instant> {

        TimeReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return json.hasToken(JsonToken.VALUE_STRING) ? IsoTime.parse(json.getText()) : ofNanos(json.getLongValue());
        }
    }
}
