package io.trainwatch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.trainwatch.text.SafeText;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

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

    /** What the server itself refuses is answered with {@code {"error": …}}, as what the routes refuse is. */
    static final class JsonErrors implements Request.Handler {

        static final String NOTHING_HERE =
                "There is nothing here. The API has /api/statistics, /api/jobs, /api/health and what"
                        + " /api/openapi.yaml names.";

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            int status = statusOf(response.getStatus());
            response.setStatus(status);
            RequestGuard.putSafeHeaders(response.getHeaders());
            String answer = JsonAnswer.text(Map.of("error", describe(status, request)));
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.write(true, BufferUtil.toBuffer(answer, StandardCharsets.UTF_8), callback);
            return true;
        }

        /** An unknown method or version is the caller's fault, and no reason to look after the server. */
        private static int statusOf(int status) {
            return status == HttpStatus.NOT_IMPLEMENTED_501 || status == HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
                    ? HttpStatus.BAD_REQUEST_400
                    : status;
        }

        private static String describe(int status, Request request) {
            if (status == HttpStatus.NOT_FOUND_404) {
                return NOTHING_HERE;
            }
            if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
                return "Too much is asked of the API at once: try again in some seconds.";
            }
            if (HttpStatus.isServerError(status)) {
                return "Trainwatch cannot answer this at the moment; its log says why.";
            }
            return Objects.requireNonNullElse(
                    (String) request.getAttribute(ErrorHandler.ERROR_MESSAGE), HttpStatus.getMessage(status));
        }
    }
}
