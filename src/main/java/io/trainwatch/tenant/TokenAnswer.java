package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Reads the answer of a token endpoint. RFC 6749, section 5.1. */
final class TokenAnswer {

    /** Assumed where the endpoint does not say how long its token lives. */
    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

    private static final long LONGEST_LIFE_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int LONGEST_TOKEN = 16 * 1024;

    private TokenAnswer() {}

    /** @throws TokenUnavailable where the answer holds no token that could be sent in a header */
    static Token read(ObjectMapper mapper, String tenant, byte[] body, Instant now) {
        JsonNode answer;
        try {
            answer = mapper.readTree(body == null ? new byte[0] : body);
        } catch (JsonProcessingException e) {
            throw nonsense(tenant, "it is no JSON object");
        } catch (java.io.IOException e) {
            throw nonsense(tenant, "it could not be read");
        }
        if (answer == null || !answer.isObject()) {
            throw nonsense(tenant, "it is no JSON object");
        }
        JsonNode value = answer.get("access_token");
        if (value == null || !value.isTextual() || !isHeaderSafe(value.textValue())) {
            throw nonsense(tenant, "access_token is missing or not a token");
        }
        JsonNode type = answer.get("token_type");
        if (type != null && type.isTextual() && !"bearer".equalsIgnoreCase(type.textValue())) {
            throw nonsense(tenant, "token_type is not Bearer");
        }
        return new Token(value.textValue(), now, life(tenant, answer.get("expires_in")), scopes(answer.get("scope")));
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

    private static Duration life(String tenant, JsonNode expiresIn) {
        if (expiresIn == null || expiresIn.isNull()) {
            return DEFAULT_LIFE;
        }
        // Some servers send the number as a string.
        double seconds = expiresIn.isNumber() ? expiresIn.doubleValue() : number(expiresIn.asText(""));
        if (!(seconds >= 1)) {
            throw nonsense(tenant, "expires_in is not a number of seconds of at least 1");
        }
        return Duration.ofMillis((long) (Math.min(seconds, LONGEST_LIFE_SECONDS) * 1000));
    }

    private static double number(String text) {
        return text.matches("\\d{1,15}") ? Double.parseDouble(text) : Double.NaN;
    }

    /** Visible ASCII without spaces: anything else cannot be sent in a header, or would smuggle in another. */
    private static boolean isHeaderSafe(String token) {
        return !token.isEmpty()
                && token.length() <= LONGEST_TOKEN
                && token.chars().allMatch(character -> character > 0x20 && character < 0x7f);
    }

    private static TokenUnavailable nonsense(String tenant, String what) {
        return new TokenUnavailable("The token endpoint of tenant " + tenant + " gave an answer that cannot be used: "
                + what + ". Check trainwatch.tenant." + tenant + ".token-url.");
    }
}
