package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the fields of a tenant's document one by one: what cannot be used is left out and named, and the rest counts.
 *
 * <p>Each method reads the value that the parser has come to and leaves the parser at the value's end. A value that is
 * missing, or cannot be used, is {@code null}. Belongs to one document; not thread-safe.
 */
public final class FieldReader {

    /** What rounding may add to 100 %, or take from 0. */
    private static final double ROUNDING = 1e-6;

    private static final String NULL = "null";
    /** No id and no state. */
    private static final String CONTRADICTION = "";

    private final JsonParser json;
    private final Map<String, String> decisive = new HashMap<>();
    private Map<String, String> unusable = Map.of();

    public FieldReader(JsonParser json) {
        this.json = json;
    }

    /** Goes to the value of the next field. False at the end of the object. */
    public boolean next() throws IOException {
        if (json.nextToken() != JsonToken.FIELD_NAME) {
            return false;
        }
        json.nextToken();
        return true;
    }

    /** The name of the field whose value comes next. */
    public String name() throws IOException {
        return json.currentName();
    }

    public void skip() throws IOException {
        json.skipChildren();
    }

    /** Whether an array comes next; what else does is left out, and named. */
    public boolean isArray(String field) throws IOException {
        return is(JsonToken.START_ARRAY, field, "not a list");
    }

    /** Whether an object comes next; what else does is left out, and named. */
    public boolean isObject(String field) throws IOException {
        return is(JsonToken.START_OBJECT, field, "not an object");
    }

    private boolean is(JsonToken token, String field, String otherwise) throws IOException {
        if (json.hasToken(token)) {
            return true;
        }
        refuse(field, otherwise);
        return false;
    }

    /** Goes to the next item of an array. False at its end. */
    public boolean nextItem() throws IOException {
        return json.nextToken() != JsonToken.END_ARRAY;
    }

    /** Reads a field that decides what the document is about: where it is given twice, it must say the same. */
    public void decide(String field) throws IOException {
        boolean isText = json.hasToken(JsonToken.VALUE_STRING) || json.hasToken(JsonToken.VALUE_NUMBER_INT);
        String text = isText ? json.getText() : CONTRADICTION;
        json.skipChildren();
        decisive.merge(field, text, (before, now) -> before.equals(now) ? now : CONTRADICTION);
    }

    /** The text of such a field, as it is; {@code null} where the document has none, or contradicts itself. */
    public String decided(String field) {
        String text = decisive.get(field);
        return text == null || text.equals(CONTRADICTION) ? null : text;
    }

    /** 0 to 100. */
    public Double percent(String field) throws IOException {
        Double value = finite(field);
        if (value != null && (value < -ROUNDING || value > 100 + ROUNDING)) {
            cannotUse(field, value + " is not within 0 to 100");
            return null;
        }
        return value == null ? null : Double.valueOf(Math.max(0, Math.min(100, value)));
    }

    /** 0 or more. */
    public Double notNegative(String field) throws IOException {
        Double value = finite(field);
        if (value != null && value < -ROUNDING) {
            cannotUse(field, value + " is less than 0");
            return null;
        }
        return value == null ? null : Double.valueOf(Math.max(0, value));
    }

    private Double finite(String field) throws IOException {
        boolean isScalar = json.currentToken().isScalarValue() && !json.hasToken(JsonToken.VALUE_NULL);
        if (!isScalar || json.currentToken().isBoolean()) {
            refuse(field, "not a number");
            return null;
        }
        double value = number();
        if (!Double.isFinite(value)) {
            cannotUse(field, "not a finite number");
            return null;
        }
        return value;
    }

    /** The number, as a number or as text; NaN, or infinite, for whatever is no finite number, and never {@code null}. */
    public double number() throws IOException {
        if (json.currentToken().isNumeric()) {
            return json.getDoubleValue();
        }
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            json.skipChildren();
            return Double.NaN;
        }
        return number(json.getText());
    }

    /** The number that the text says; NaN, or infinite, for whatever is no finite number. */
    public static double number(String written) {
        String text = written.strip().toLowerCase(Locale.ROOT);
        try {
            return switch (text) {
                case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
                case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(text);
            };
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** A time in any form that tenants write. */
    public Instant time(String field) throws IOException {
        try {
            if (json.currentToken().isNumeric()) {
                return TenantTime.ofUnix(json.getDoubleValue());
            }
            if (json.hasToken(JsonToken.VALUE_STRING)) {
                return TenantTime.parse(json.getText());
            }
            refuse(field, "not a time");
        } catch (DateTimeException e) {
            cannotUse(field, e.getMessage());
        }
        return null;
    }

    /** Text of {@code most} characters at most; longer text is left out. */
    public String text(String field, int most) throws IOException {
        String text = text(field);
        if (text != null && text.length() > most) {
            cannotUse(field, "longer than " + most + " characters");
            return null;
        }
        return text;
    }

    /** Text of which {@code most} characters are kept. */
    public String cutText(String field, int most) throws IOException {
        String text = text(field);
        return text == null ? null : SafeText.cut(text, most);
    }

    private String text(String field) throws IOException {
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            refuse(field, "not text");
            return null;
        }
        return wellFormed(json.getText());
    }

    /** Half a surrogate pair cannot be encoded, so it would not come back from the store as it went there. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    /** Leaves the value out, and says so: that it is {@code null}, or why it cannot be used. */
    private void refuse(String field, String why) throws IOException {
        cannotUse(field, json.hasToken(JsonToken.VALUE_NULL) ? NULL : why);
        json.skipChildren();
    }

    /** Names a field that is there and cannot be used, once. */
    public void cannotUse(String field, String why) {
        if (unusable.isEmpty()) {
            unusable = new LinkedHashMap<>();
        }
        unusable.putIfAbsent(field, why);
    }

    /** A field for which {@code null} says that there is none yet. */
    public void mayBeNull(String field) {
        if (!unusable.isEmpty()) {
            unusable.remove(field, NULL);
        }
    }

    /** Why each field that is there could not be used, by its name. */
    public Map<String, String> unusable() {
        return unusable;
    }

    /** Reads a document of a tenant, which must be a JSON object, field by field. */
    public abstract static class DocumentReader<T> extends StdDeserializer<T> {

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
}
