package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.NoAnswer;
import io.trainwatch.errors.RetryAfter;
import io.trainwatch.tenant.TenantSettings.ClientCredentials;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token endpoint of one tenant: how the client shows itself there, and what its responses mean. RFC 6749, section 5.
 *
 * <p>A token that came is used, whatever is odd about what stands beside it. Called by one thread at a time.
 */
final class TokenEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.tenant");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Assumed where the endpoint does not say how long its token lives. */
    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

    private static final long MAX_LIFE_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int MAX_TOKEN_CHARACTERS = 16 * 1024;
    private static final int MAX_CODE_CHARACTERS = 60;
    private static final int MAX_DESCRIPTION_CHARACTERS = 200;
    private static final String INVALID_CLIENT = "invalid_client";

    private final String tenant;
    private final ClientCredentials client;
    private final Tenants.TokenRequest request;
    private final InstantSource clock;
    private ClientAuth way;
    private boolean oddTypeReported;

    TokenEndpoint(String tenant, ClientCredentials client, Tenants.TokenRequest request, InstantSource clock) {
        this.tenant = tenant;
        this.client = client;
        this.request = request;
        this.clock = clock;
        this.way = client.auth() == ClientAuth.BASIC ? ClientAuth.BASIC : ClientAuth.POST;
    }

    /**
     * A new token.
     *
     * @throws TokenRefused where the endpoint refuses the client in whichever way it shows itself
     * @throws TokenUnavailable where there is no response that could be used
     */
    Token fetch() {
        try {
            return fetch(way);
        } catch (TokenRefused e) {
            if (client.auth() != ClientAuth.AUTO || !e.isOfUnknownClient()) {
                throw e;
            }
            return fetchInOtherWay(e);
        }
    }

    private Token fetchInOtherWay(TokenRefused first) {
        ClientAuth other = way == ClientAuth.POST ? ClientAuth.BASIC : ClientAuth.POST;
        try {
            Token token = fetch(other);
            way = other;
            return token;
        } catch (TokenRefused e) {
            if (e.isOfUnknownClient()) {
                throw first;
            }
            way = other; // the client is known there, and something else is refused
            throw e;
        }
    }

    private Token fetch(ClientAuth with) {
        byte[] body;
        try {
            body = request.send(tenant, client.tokenUrl(), with);
        } catch (Exception e) {
            throw failure(e);
        }
        return read(body);
    }

    private RuntimeException failure(Exception thrown) {
        if (thrown instanceof HttpOperationFailedException refusal) {
            int status = refusal.getStatusCode();
            if (status == 400 || status == 401 || status == 403) {
                return refused(status, parse(refusal.getResponseBody()).orElse(null));
            }
            return new TokenUnavailable(
                    "The token endpoint of tenant " + tenant + " answered " + status
                            + words(parse(refusal.getResponseBody()).orElse(null)) + ". Check trainwatch.tenant."
                            + tenant + ".token-url if this stays.",
                    RetryAfter.of(status, refusal.getResponseHeaders(), clock.instant()));
        }
        return new TokenUnavailable("The token endpoint of tenant " + tenant + " did not answer ("
                + NoAnswer.inWords(thrown) + "). Check trainwatch.tenant." + tenant + ".token-url and the network.");
    }

    private Token read(byte[] body) {
        JsonNode response = parse(body);
        JsonNode value = response.get("access_token");
        if ((value == null || value.isNull())
                && !response.path("error").asText("").isBlank()) {
            throw refused(200, response);
        }
        if (value == null || !value.isTextual() || !isHeaderSafe(value.textValue())) {
            throw nonsense("access_token is missing or not a token");
        }
        reportOddType(response.get("token_type"));
        return new Token(
                value.textValue(), clock.instant(), life(response.get("expires_in")), scopes(response.get("scope")));
    }

    private TokenRefused refused(int status, JsonNode response) {
        boolean unknownClient = status == 401
                || response != null && response.path("error").asText("").strip().equalsIgnoreCase(INVALID_CLIENT);
        return new TokenRefused(
                status + ": the token endpoint of tenant " + tenant + " refuses the client" + words(response)
                        + ". Check trainwatch.tenant." + tenant
                        + ".client-id, .client-secret, .client-auth, .scopes and"
                        + " .token-params.",
                unknownClient);
    }

    /** The code of the error, such as {@code invalid_scope}, and what the endpoint says of it. RFC 6749, section 5.2. */
    private static String words(JsonNode response) {
        if (response == null) {
            return "";
        }
        String code = SafeText.bounded(response.path("error").asText(""), MAX_CODE_CHARACTERS);
        String description =
                SafeText.bounded(response.path("error_description").asText(""), MAX_DESCRIPTION_CHARACTERS);
        String both = code.isEmpty() || description.isEmpty() ? code + description : code + ": " + description;
        return both.isEmpty() ? "" : " (" + both + ")";
    }

    private void reportOddType(JsonNode type) {
        boolean odd = type != null && !type.isNull() && !"bearer".equalsIgnoreCase(type.asText(""));
        if (odd && !oddTypeReported) {
            oddTypeReported = true;
            LOG.warn(
                    "The token endpoint of tenant {} calls its token \"{}\"; it is sent as a Bearer token.",
                    tenant,
                    SafeText.bounded(type.isValueNode() ? type.asText() : type.toString(), MAX_CODE_CHARACTERS));
        }
    }

    /** Separated by spaces. RFC 6749, section 3.3. */
    private static Optional<Set<String>> scopes(JsonNode scope) {
        return scope == null || !scope.isTextual() || scope.textValue().isBlank()
                ? Optional.empty()
                : Optional.of(Set.copyOf(Arrays.asList(scope.textValue()
                        .replaceAll("[^\\x21-\\x7e]+", " ")
                        .strip()
                        .split(" "))));
    }

    /** A number, or a number as text as some servers send it; whatever else stands there says nothing. */
    private static Duration life(JsonNode expiresIn) {
        double seconds = expiresIn == null || expiresIn.isBoolean() ? 0 : expiresIn.asDouble(0);
        return seconds >= 1 ? Duration.ofMillis((long) (Math.min(seconds, MAX_LIFE_SECONDS) * 1000)) : DEFAULT_LIFE;
    }

    private JsonNode parse(byte[] body) {
        try {
            JsonNode response = MAPPER.readTree(body == null ? new byte[0] : body);
            if (response != null && response.isObject()) {
                return response;
            }
        } catch (JsonProcessingException e) {
            throw nonsense("it is no JSON object");
        } catch (IOException e) {
            throw nonsense("it could not be read");
        }
        throw nonsense("it is no JSON object");
    }

    private static Optional<JsonNode> parse(String body) {
        try {
            return Optional.ofNullable(MAPPER.readTree(body == null ? "" : body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Visible ASCII without spaces: anything else cannot be sent in a header, or would smuggle in another. */
    private static boolean isHeaderSafe(String token) {
        return !token.isEmpty()
                && token.length() <= MAX_TOKEN_CHARACTERS
                && token.chars().allMatch(character -> character > 0x20 && character < 0x7f);
    }

    private TokenUnavailable nonsense(String what) {
        return new TokenUnavailable("The token endpoint of tenant " + tenant + " gave an answer that cannot be used: "
                + what + ". Check trainwatch.tenant." + tenant + ".token-url.");
    }
}
