package io.trainwatch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.trainwatch.text.SafeText;
import io.trainwatch.text.Sha256;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Makes a message an HTTP answer. */
final class JsonAnswer {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final int TAG_BYTES = 16;

    private JsonAnswer() {}

    /** Replaces the body and all headers, so that nothing of the request is sent back. */
    static void send(Message message, int status, Object answer) {
        send(message, status, "application/json", text(answer));
    }

    /** The same with a text. Who has it already, and says so with a GET, is not sent it again. */
    static void send(Message message, int status, String type, String text) {
        String known = message.getHeader("If-None-Match", String.class);
        boolean isGet = "GET".equals(String.valueOf(message.getHeader(Exchange.HTTP_METHOD)));
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setBody(text);
        if (isGet && status == 200) {
            String tag = tag(text.getBytes(StandardCharsets.UTF_8));
            message.setHeader("ETag", tag);
            if (known != null && (known.contains(tag) || known.strip().equals("*"))) {
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, 304);
                message.setBody("");
            }
        }
    }

    /** The entity tag of what is served: RFC 9110, section 8.8.3. */
    static String tag(byte[] content) {
        return '"' + Sha256.hex(Sha256.of(content), TAG_BYTES) + '"';
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
