package io.trainwatch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.trainwatch.text.SafeText;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Makes a message an HTTP answer. */
final class JsonAnswer {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonAnswer() {}

    /** Replaces the body and all headers, so that nothing of the request is sent back. */
    static void send(Message message, int status, Object answer) {
        message.setBody(text(answer));
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }

    /** JSON that may be shown on a terminal whatever a tenant, a receiver or a caller wrote into its values. */
    static String text(Object answer) {
        try {
            return SafeText.ofJson(MAPPER.writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write the answer as JSON", e);
        }
    }
}
