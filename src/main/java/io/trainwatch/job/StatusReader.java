package io.trainwatch.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.trainwatch.text.SafeText;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.spi.nodenameprovider.JavaBeanProperty;
import org.hibernate.validator.spi.nodenameprovider.Property;
import org.hibernate.validator.spi.nodenameprovider.PropertyNodeNameProvider;

/**
 * Reads what tenants say, and validates it: the mapper and the validation of this process.
 *
 * <p>Made once, and used once before it is handed out: else the first looks, all at the same time, would each find out anew
 * how a status is read.
 *
 * @param mapper see {@link #newMapper}
 * @param validation thread-safe
 */
public record StatusReader(ObjectMapper mapper, ValidatorFactory validation) {

    private static final int DEPTH = 1_000;
    private static final String EXAMPLE = """
            {"job_id": "example", "state": "RUNNING", "progress_percent": 12.5,
             "metrics": [{"timestamp": "2026-01-01T00:00:00Z", "metric_name": "loss", "value": 0.5, "unit": "percent"}],
             "resource_utilization": {"cpu_usage": 40, "memory_usage": 50, "gpu_memory_used": 1},
             "started_at": "2026-01-01T00:00:00Z"}""";

    /** The one of this process; the first call makes it, others wait for that. */
    public static StatusReader shared() {
        return Shared.READER;
    }

    private static StatusReader make() {
        StatusReader reader = new StatusReader(newMapper(), namingAsDocumentsDo());
        try {
            JobStatus example = reader.mapper.readValue(EXAMPLE, JobStatus.class);
            reader.validation.getValidator().validate(example);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The example must be readable", e);
        }
        return reader;
    }

    /**
     * A mapper of documents of tenants. It takes whatever is JSON, or JSON with the numbers that JSON has no word for, but
     * refuses what follows the document, and documents that are too deep. How long a document may be is decided before it
     * gets here, by {@code trainwatch.request.max-response}; within that, no field is too long. Thread-safe.
     */
    public static ObjectMapper newMapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .build())
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                // The JDK's takes 20 s for a million digits.
                .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                // Names come from the tenant: interning or hashing them for good would let it fill the heap.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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

    private static ValidatorFactory namingAsDocumentsDo() {
        return Validation.byProvider(HibernateValidator.class)
                .configure()
                .propertyNodeNameProvider(new JsonNames())
                .buildValidatorFactory();
    }

    private static final class Shared {
        static final StatusReader READER = make();
    }

    /** Has violations name a field as the document does, not as the record does: who reads them has the document. */
    private static final class JsonNames implements PropertyNodeNameProvider {

        @Override
        public String getName(Property property) {
            return property instanceof JavaBeanProperty of
                    ? name(of.getDeclaringClass(), of.getName())
                    : property.getName();
        }

        private static String name(Class<?> declaring, String component) {
            return !declaring.isRecord()
                    ? component
                    : Arrays.stream(declaring.getRecordComponents())
                            .filter(one -> one.getName().equals(component))
                            .map(JsonNames::jsonName)
                            .findFirst()
                            .orElse(component);
        }

        private static String jsonName(RecordComponent component) {
            JsonProperty written = component.getAccessor().getAnnotation(JsonProperty.class);
            return written == null || written.value().isEmpty() ? component.getName() : written.value();
        }
    }
}
