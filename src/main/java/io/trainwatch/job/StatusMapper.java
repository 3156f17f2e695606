package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.trainwatch.text.SafeText;
import java.nio.charset.StandardCharsets;

/**
 * Makes the mapper that reads documents of tenants.
 *
 * <p>It takes whatever is JSON, or JSON with the numbers that JSON has no word for. How long a document may be is decided
 * before it gets here, by {@code trainwatch.request.max-response}; within that, no field is too long.
 */
public final class StatusMapper {

    private static final int DEPTH = 1_000;

    private StatusMapper() {}

    /** A mapper that refuses what follows the document, and documents that are too deep. Thread-safe. */
    public static ObjectMapper mapper() {
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
}
