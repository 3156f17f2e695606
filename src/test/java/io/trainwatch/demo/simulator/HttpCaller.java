package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/** An HTTP client that repeats and follows nothing, and is patient with a busy machine. */
final class HttpCaller implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CloseableHttpClient client = HttpClients.custom()
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .setDefaultRequestConfig(RequestConfig.custom()
                    .setResponseTimeout(Timeout.ofSeconds(10))
                    .build())
            .build();

    /** An answer as it came; header names in lower case. */
    record Reply(int status, Map<String, String> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(text(), e);
            }
        }
    }

    Reply get(String uri, String... headers) throws IOException {
        return call("GET", uri, null, headers);
    }

    Reply delete(String uri, String... headers) throws IOException {
        return call("DELETE", uri, null, headers);
    }

    Reply postForm(String uri, String form, String... headers) throws IOException {
        return call("POST", uri, entity(form, ContentType.APPLICATION_FORM_URLENCODED), headers);
    }

    Reply postJson(String uri, String json, String... headers) throws IOException {
        return call("POST", uri, entity(json, ContentType.APPLICATION_JSON), headers);
    }

    private static ByteArrayEntity entity(String text, ContentType type) {
        return new ByteArrayEntity(text.getBytes(StandardCharsets.UTF_8), type);
    }

    private Reply call(String method, String uri, ByteArrayEntity body, String... headers) throws IOException {
        HttpUriRequestBase request = new HttpUriRequestBase(method, URI.create(uri));
        request.setEntity(body);
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        return client.execute(request, response -> {
            Map<String, String> received = new TreeMap<>();
            for (Header header : response.getHeaders()) {
                received.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
            }
            byte[] bytes = response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
            return new Reply(response.getCode(), received, bytes);
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
