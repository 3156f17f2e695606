package io.trainwatch.cli.check;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.http.Clients;
import io.trainwatch.http.Limits;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TokenPost;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** Sends single requests, each answered within a few seconds or not at all. Thread-safe. */
final class SingleRequests implements AutoCloseable {

    private static final int MOST_BYTES = 64 * 1024;
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(3), Duration.ofSeconds(4), 16L * MOST_BYTES, 16);

    private final Clients clients;
    private final InstantSource clock;

    SingleRequests(Settings settings, InstantSource clock) {
        this.clients =
                new Clients(TrainwatchSettings.callees(settings), settings.get(ProxySettings.PROXIES), LIMITS, clock);
        this.clock = clock;
    }

    Clients clients() {
        return clients;
    }

    /**
     * An answer.
     *
     * @param body at most {@value #MOST_BYTES} bytes
     * @param ahead how far the other clock is ahead of ours, to about a second; empty where the answer bears no date
     */
    record Answer(int status, Map<String, String> headers, byte[] body, Optional<Duration> ahead) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    Answer get(String client, URI address, Map<String, String> headers) throws IOException {
        HttpGet request = new HttpGet(address);
        request.setHeader("Accept", "application/json");
        headers.forEach(request::setHeader);
        return send(client, request);
    }

    /**
     * Asks a token endpoint.
     *
     * @param client the name of the client to ask with
     * @return the body of a successful answer
     * @throws HttpOperationFailedException for any other answer
     */
    byte[] post(String client, URI address, TokenPost token) throws IOException, HttpOperationFailedException {
        HttpPost request = new HttpPost(address);
        request.setHeader("Accept", "application/json");
        request.setEntity(new StringEntity(token.form(), ContentType.APPLICATION_FORM_URLENCODED));
        token.authorization().ifPresent(value -> request.setHeader("Authorization", value));
        Answer answer = send(client, request);
        if (!answer.isSuccess()) {
            throw new HttpOperationFailedException(
                    "", answer.status(), "", null, answer.headers(), new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private Answer send(String client, HttpUriRequestBase request) throws IOException {
        Instant sent = clock.instant();
        return clients.get(client).execute(request, response -> read(response, sent));
    }

    private Answer read(ClassicHttpResponse response, Instant sent) throws IOException {
        Instant between = sent.plus(Duration.between(sent, clock.instant()).dividedBy(2));
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.put(header.getName(), header.getValue());
        }
        Header date = response.getFirstHeader("Date");
        Optional<Duration> ahead = date == null
                ? Optional.empty()
                : Optional.ofNullable(DateUtils.parseStandardDate(date.getValue()))
                        .map(then -> Duration.between(between, then));
        byte[] body = response.getEntity() == null
                ? new byte[0]
                : response.getEntity().getContent().readNBytes(MOST_BYTES);
        return new Answer(response.getCode(), headers, body, ahead);
    }

    @Override
    public void close() {
        clients.close();
    }
}
