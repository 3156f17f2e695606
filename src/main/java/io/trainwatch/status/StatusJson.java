package io.trainwatch.status;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/** How documents from a tenant are read: strictly, and within bounds that no document can exceed. */
public final class StatusJson {

    private static final int DEPTH = 32;
    private static final int STRING = 8 * 1024;
    private static final int NAME = 256;
    private static final int NUMBER = 64;
    private static final long DOCUMENT = 1024 * 1024;

    private StatusJson() {}

    /**
     * A mapper that ignores unknown fields and refuses everything doubtful: duplicate keys, trailing content, strings for
     * numbers, numbers for strings, documents that are too deep or too long. Thread-safe.
     */
    public static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxStringLength(STRING)
                        .maxNameLength(NAME)
                        .maxNumberLength(NUMBER)
                        .maxDocumentLength(DOCUMENT)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // Names come from the tenant: interning or hashing them for good would let it fill the heap.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
        return JsonMapper.builder(factory)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .addModule(new SimpleModule().addDeserializer(Instant.class, new InstantReader()))
                .build();
    }

    /**
     * The beginning of a payload, for people to read: printable, at most {@code most} characters, with a note of the whole
     * length where it was cut.
     */
    public static String boundedCopy(byte[] payload, int most) {
        int taken = Math.min(payload.length, most);
        String text = SafeText.of(new String(payload, 0, taken, StandardCharsets.UTF_8).replace('\uFFFD', '?'));
        return taken == payload.length && text.length() <= most
                ? text
                : text.substring(0, Math.min(text.length(), most)) + "… (" + payload.length + " bytes)";
    }

    /** ISO-8601 text; without an offset it is UTC. */
    private static final class InstantReader extends StdScalarDeserializer<Instant> {

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            String text = parser.getText();
            Instant usual = UtcTime.parse(text);
            if (usual != null) {
                return usual;
            }
            try {
                TemporalAccessor read =
                        DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
                return read instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : Instant.from(read);
            } catch (DateTimeException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, "", "not an ISO-8601 date and time");
            }
        }
    }
}
