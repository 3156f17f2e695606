package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.conventions.Situation;
import io.trainwatch.settings.Secret;
import io.trainwatch.tenant.TenantSettings.ClientCredentials;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEndpointTest {

    private static final String TOKEN = "{\"access_token\":\"t0ken\",\"expires_in\":3600}";
    private static final String INVALID_CLIENT = "{\"error\":\"invalid_client\"}";

    private final List<ClientAuth> ways = new ArrayList<>();

    private interface Responses {
        String to(ClientAuth way) throws Exception;
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when =
                    "The token endpoint answers with a `token_type` of `BearerToken`, `jwt-bearer` or `JWT`, or without one",
            then = "The token is used as a Bearer token; an odd type is logged once")
    @ParameterizedTest
    @ValueSource(strings = {"\"BearerToken\"", "\"jwt-bearer\"", "\"JWT\"", "7", "null", "{}", "\"\""})
    void aTokenThatCameIsUsedWhateverItsType(String type) {
        assertThat(fetch("{\"access_token\":\"t0ken\",\"token_type\":" + type + "}")
                        .value())
                .isEqualTo("t0ken");
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "`expires_in` is 0, -1, null or no number",
            then = "The token lives for 5 minutes")
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "null", "\"soon\"", "\"\"", "{}", "\"NaN\"", "true", "0.5"})
    void aLifeThatIsNotToldIsTheDefault(String expiresIn) {
        assertThat(life(expiresIn)).isEqualTo(Duration.ofMinutes(5));
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "`expires_in` is `\"3599.0\"`, a text",
            then = "It is read; a day at most")
    @ParameterizedTest
    @CsvSource({"3599,3599", "\"3599\",3599", "\"3599.0\",3599", "3599.0,3599", "1e9,86400", "1e999,86400"})
    void aLifeIsReadAsNumberOrText(String expiresIn, long seconds) {
        assertThat(life(expiresIn)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "The token endpoint answers 200 with `{\"error\": …, \"error_description\": …}`",
            then = "It is a refusal, logged with its code and words, which are escaped")
    @Test
    void anErrorThatComesWithA200IsARefusalWithItsCodeAndWords() {
        assertThatThrownBy(() ->
                        fetch("{\"error\":\"invalid_scope\",\"error_description\":\"No\\u001b[31m such\\n scope\"}"))
                .isInstanceOf(TokenRefused.class)
                .hasMessageStartingWith("200: the token endpoint of tenant acme refuses the client (invalid_scope:"
                        + " No\\u001b[31m such\\u000a scope). Check trainwatch.tenant.acme.scopes.");
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A token is refused",
            then = "The advice names the keys that may be wrong, by the error")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | ''                                 | .client-id, .client-secret and .client-auth.",
                "400 | {\"error\":\"invalid_client\"}       | .client-id, .client-secret and .client-auth.",
                "400 | {\"error\":\"Invalid_Scope\"}        | .scopes.",
                "400 | {\"error\":\"invalid_target\"}       | .client-id, .client-secret, .scopes and .token-params.",
                "404 | ''                                 | .token-url.",
                "302 | ''                                 | .token-url."
            })
    void theAdviceNamesTheKeyThatIsWrong(int status, String body, String keys) {
        assertThatThrownBy(() -> endpoint(ClientAuth.POST, way -> {
                            throw refusal(status, body);
                        })
                        .fetch())
                .hasMessageEndingWith("Check trainwatch.tenant.acme" + keys);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void anEndpointThatIsBusyIsTheRightOne(int status) {
        assertThatThrownBy(() -> endpoint(ClientAuth.POST, way -> {
                            throw refusal(status, "");
                        })
                        .fetch())
                .hasMessage("The token endpoint of tenant acme answered " + status + "; it is asked again.");
    }

    @Situation(of = Situation.Of.TENANTS, when = "The words of a refusal are of any length", then = "They are cut")
    @Test
    void whatTheEndpointSaysIsBounded() {
        String words = "x".repeat(10_000);
        assertThatThrownBy(() -> endpoint(ClientAuth.POST, way -> {
                            throw refusal(400, "{\"error\":\"" + words + "\",\"error_description\":\"" + words + "\"}");
                        })
                        .fetch())
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(600));
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "The token endpoint takes the client by HTTP Basic only",
            then = "`client-auth = auto` tries it after `invalid_client` or 401, and stays with it")
    @ParameterizedTest
    @ValueSource(ints = {200, 400, 401})
    void autoTriesBasicAfterInvalidClientAndRemembersWhatWorked(int status) {
        TokenEndpoint endpoint = endpoint(ClientAuth.AUTO, way -> {
            if (way == ClientAuth.BASIC) {
                return TOKEN;
            }
            if (status == 200) {
                return INVALID_CLIENT;
            }
            throw refusal(status, INVALID_CLIENT);
        });
        assertThat(endpoint.fetch().value()).isEqualTo("t0ken");
        endpoint.fetch();
        assertThat(ways).containsExactly(ClientAuth.POST, ClientAuth.BASIC, ClientAuth.BASIC);
    }

    @Test
    void autoGoesBackToTheFormWhereTheEndpointChanges() {
        List<ClientAuth> taken = new ArrayList<>(List.of(ClientAuth.BASIC));
        TokenEndpoint endpoint = endpoint(ClientAuth.AUTO, way -> {
            if (taken.contains(way)) {
                return TOKEN;
            }
            throw refusal(401, "");
        });
        endpoint.fetch();
        taken.set(0, ClientAuth.POST);
        assertThat(endpoint.fetch().value()).isEqualTo("t0ken");
    }

    @Test
    void autoReportsTheRefusalOfAClientThatIsKnownByTheOtherWay() {
        assertThatThrownBy(() -> endpoint(ClientAuth.AUTO, way -> {
                            throw refusal(
                                    400, way == ClientAuth.POST ? INVALID_CLIENT : "{\"error\":\"invalid_scope\"}");
                        })
                        .fetch())
                .hasMessageContaining("invalid_scope");
    }

    @Test
    void aWayThatIsSetIsTheOnlyOne() {
        for (ClientAuth way : List.of(ClientAuth.POST, ClientAuth.BASIC)) {
            ways.clear();
            assertThatThrownBy(() -> endpoint(way, any -> {
                                throw refusal(401, INVALID_CLIENT);
                            })
                            .fetch())
                    .isInstanceOf(TokenRefused.class);
            assertThat(ways).containsExactly(way);
        }
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when =
                    "The token endpoint wants `audience`, `resource` or other fields; id and secret hold `:`, `%` or umlauts",
            then = "`token-params` are sent in the form; by Basic, id and secret are encoded as RFC 6749 says")
    @Test
    void idAndSecretAreEncodedLikeAFormBeforeBase64() {
        TokenPost post = TokenPost.of(client(ClientAuth.BASIC), ClientAuth.BASIC);
        assertThat(post.form())
                .isEqualTo("grant_type=client_credentials&audience=https%3A%2F%2Fa&resource=b&resource=c");
        String credentials = post.authorization().orElseThrow().replaceFirst("Basic ", "");
        assertThat(new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8))
                .isEqualTo("my%3Aid:p%C3%A4ss+%25%2B%3A");
        assertThat(TokenPost.of(client(ClientAuth.POST), ClientAuth.POST).form())
                .contains("client_id=my%3Aid&client_secret=p%C3%A4ss+%25%2B%3A&audience=");
    }

    @Test
    void whyTheEndpointDidNotAnswerIsSaidInWords() {
        assertThatThrownBy(() -> endpoint(ClientAuth.AUTO, way -> {
                            throw new ConnectException("https://login.example/token?key=secret refused");
                        })
                        .fetch())
                .isInstanceOf(TokenUnavailable.class)
                .hasMessageContaining(
                        "did not answer (nothing listens there: connection refused). Check trainwatch.tenant."
                                + "acme.token-url");
    }

    private static Duration life(String expiresIn) {
        return new TokenEndpointTest()
                .fetch("{\"access_token\":\"t0ken\",\"expires_in\":" + expiresIn + "}")
                .life();
    }

    private Token fetch(String response) {
        return endpoint(ClientAuth.POST, way -> response).fetch();
    }

    private TokenEndpoint endpoint(ClientAuth auth, Responses responses) {
        return new TokenEndpoint(
                "acme",
                client(auth),
                (alias, url, way) -> {
                    ways.add(way);
                    return responses.to(way).getBytes(StandardCharsets.UTF_8);
                },
                () -> Instant.EPOCH);
    }

    private static ClientCredentials client(ClientAuth auth) {
        return new ClientCredentials(
                URI.create("https://login.example/token"),
                "my:id",
                Secret.of("päss %+:"),
                "",
                auth,
                List.of(Map.entry("audience", "https://a"), Map.entry("resource", "b"), Map.entry("resource", "c")));
    }

    private static HttpOperationFailedException refusal(int status, String body) {
        return new HttpOperationFailedException("", status, "", null, Map.of(), body);
    }
}
