package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.trainwatch.rules.Policy;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Policies as JSON, for the record of what looks were judged by: equal policies give the same text. */
final class PolicyJson {

    private static final int HASH_BYTES = 8;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .addModule(new SimpleModule()
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addDeserializer(Duration.class, new DurationReader()))
            .build();

    private PolicyJson() {}

    static String write(Policy policy) {
        try {
            return MAPPER.writeValueAsString(policy);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A policy can be written", e);
        }
    }

    /** @throws IllegalArgumentException where the text is no policy */
    static Policy read(String json) {
        try {
            return MAPPER.readValue(json, Policy.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** Tells definitions apart: the first {@value #HASH_BYTES} bytes of their SHA-256, in hexadecimal. */
    static String hash(String definition) {
        return Sha256.hex(Sha256.of(definition.getBytes(StandardCharsets.UTF_8)), HASH_BYTES);
    }

    private static final class DurationReader extends StdScalarDeserializer<Duration> {
        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return Duration.parse(json.getText());
        }
    }
}
