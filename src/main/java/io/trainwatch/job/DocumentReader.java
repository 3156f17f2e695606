package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;

/** Reads a document of a tenant, which must be a JSON object, field by field. */
public abstract class DocumentReader<T> extends StdDeserializer<T> {

    private static final long serialVersionUID = 1;

    protected DocumentReader(Class<T> type) {
        super(type);
    }

    /** Reads the object that the parser has come to the start of. */
    protected abstract T read(JsonParser json) throws IOException;

    @Override
    public final T getNullValue(DeserializationContext context) throws JsonMappingException {
        throw noObject(context.getParser());
    }

    @Override
    public final T deserialize(JsonParser json, DeserializationContext context) throws IOException {
        if (!json.hasToken(JsonToken.START_OBJECT)) {
            throw noObject(json);
        }
        return read(json);
    }

    private MismatchedInputException noObject(JsonParser json) {
        return MismatchedInputException.from(json, handledType(), "it is no JSON object");
    }
}
