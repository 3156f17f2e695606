package io.trainwatch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.job.JobKey;
import io.trainwatch.optional.discovery.WatchRequest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.http.common.HttpMessage;

/**
 * A request of the API. Path and query are read from the request itself: Camel makes headers of a request and values of its
 * query the same. What cannot be used is an {@link IllegalArgumentException}, for the caller.
 */
final class ApiRequest {

    private static final int MAX_REASON = 500;
    private static final ObjectMapper ACTS = WatchRequest.mapper();

    private final Message message;
    private final List<String> path;
    private final Map<String, String> query = new HashMap<>();

    /** @param exempt only where that is asked for; {@code null} for yes */
    record Act(String reason, Boolean exempt) {}

    /** A request whose path nobody asks for. */
    ApiRequest(Message message) {
        this(message, "");
    }

    /** @param base what the path begins with in another runtime; empty for nothing */
    ApiRequest(Message message, String base) {
        this.message = message;
        String of = message instanceof HttpMessage http && http.getRequest() != null
                ? http.getRequest().getPathInfo()
                : message.getHeader(Exchange.HTTP_PATH, "", String.class);
        String below = of == null ? "" : of.startsWith(base + "/") ? of.substring(base.length()) : of;
        this.path = Stream.of(below.split("/")).filter(part -> !part.isEmpty()).toList();
        String text = message.getHeader(Exchange.HTTP_QUERY, "", String.class);
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    boolean isGet() {
        return "GET".equals(String.valueOf(message.getHeader(Exchange.HTTP_METHOD)));
    }

    /** The parts of the path. */
    List<String> path() {
        return path;
    }

    /** The job that a path {@code jobs/tenant/project/job…} names. */
    JobKey job() {
        return new JobKey(path.get(1), path.get(2), path.get(3));
    }

    /** Such as {@code http.token}. */
    String by() {
        return Caller.of(message).name();
    }

    Caller caller() {
        return Caller.of(message);
    }

    /** {@code null} where the query has none. */
    String text(String name) {
        String value = query.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    int number(String name, int min, int max, int otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw new IllegalArgumentException("'" + name + "' is a number from " + min + " to " + max);
        }
        return Integer.parseInt(value);
    }

    boolean flag(String name) {
        return "true".equals(choice(name, List.of("true", "false"), "false"));
    }

    String choice(String name, List<String> known, String otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        if (!known.contains(value)) {
            throw new IllegalArgumentException("'" + name + "' is one of " + String.join(", ", known));
        }
        return value;
    }

    /** {@code null} where the query has none. */
    <E extends Enum<E>> E choice(String name, Class<E> known) {
        String value = choice(
                name, Arrays.stream(known.getEnumConstants()).map(Enum::name).toList(), null);
        return value == null ? null : Enum.valueOf(known, value);
    }

    <T> Optional<T> find(String name, Function<String, T> parse) {
        return Optional.ofNullable(text(name)).map(parse);
    }

    /** The query without a value, for a link to the next page. */
    String queryWith(String name, String value) {
        StringBuilder text = new StringBuilder("?");
        query.forEach((key, each) -> {
            if (!key.equals(name)) {
                text.append(encode(key)).append('=').append(encode(each)).append('&');
            }
        });
        return text.append(name).append('=').append(encode(value)).toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The body of an act, with a reason. */
    Act act() {
        String body = message.getBody(String.class);
        Act act;
        try {
            act = body == null || body.isBlank() ? null : ACTS.readValue(body, Act.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
        if (act == null || act.reason() == null || act.reason().isBlank()) {
            throw new IllegalArgumentException(
                    "'reason' is missing: say why, as {\"reason\": \"…\"}; it stands in the audit");
        }
        return new Act(bounded(act.reason()), act.exempt());
    }

    /** Who asks, and why where the query says so, for acts that want no body. */
    String source(String what) {
        String reason = text("reason");
        return what + " (" + by() + ")" + (reason == null ? "" : ": " + bounded(reason));
    }

    private static String bounded(String reason) {
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("'reason' is longer than " + MAX_REASON + " characters");
        }
        return reason.strip();
    }
}
