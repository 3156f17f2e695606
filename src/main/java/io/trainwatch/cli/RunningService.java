package io.trainwatch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.errors.Words;
import io.trainwatch.http.Callee;
import io.trainwatch.http.Clients;
import io.trainwatch.http.Limits;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.http.TlsFiles;
import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.UnreadableValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that talk to a running service: where it is, and what lets them in. */
final class RunningService {

    /** A thousand jobs are about one MiB. */
    private static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final int MAX_TOKEN = 4096;
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(3), Duration.ofSeconds(10), MAX_BYTES, 2);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Mixin
    private ConfigOption config;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Where the service is, such as https://trainwatch.example; by default where trainwatch.http.host"
                            + " and .port have it listen.")
    private String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds the token; by default that of trainwatch.http.read-token or .token is used.")
    private Path tokenFile;

    /** A response. @param more whether the list is cut, and another page follows */
    record Response(int status, JsonNode body, boolean more) {}

    /** Calls to the service; to be closed. */
    static final class Calls implements AutoCloseable {

        private final Clients clients;
        private final String client;
        private final String address;
        private final Optional<String> token;

        private Calls(Callee.Kind kind, ProxySettings proxies, String address, Optional<String> token) {
            client = kind == Callee.Kind.ITSELF ? Clients.itself() : Clients.others();
            Callee callee = new Callee(
                    kind, client, LIMITS, TlsFiles.NONE, token.stream().toList(), false);
            clients = new Clients(List.of(callee), proxies, InstantSource.system());
            this.address = address;
            this.token = token;
        }

        String address() {
            return address;
        }

        /** What the service answers with 200, or its health with 503. */
        Response get(String path) {
            HttpGet request = new HttpGet(URI.create(address + path));
            request.setHeader("Accept", "application/json");
            token.ifPresent(text -> request.setHeader("Authorization", "Bearer " + text));
            Response response;
            try {
                response = clients.get(client).execute(request, Calls::read);
            } catch (IOException e) {
                throw new UsageException("The service at " + address + " cannot be reached: " + Words.why(e)
                        + ". Start it with bin/trainwatch run, or name with --url where it is.");
            }
            if (response.body() == null || response.body().isMissingNode()) {
                throw new UsageException("What answers at " + address + " is no Trainwatch service ("
                        + response.status() + "). Name with --url where it is.");
            }
            if (response.status() != 200 && !response.body().has("status")) {
                throw refused(response);
            }
            return response;
        }

        private UsageException refused(Response response) {
            String advice = switch (response.status()) {
                case 401 ->
                    token.isEmpty()
                            ? "It wants a token, and these properties have none: name a file with --token-file."
                            : "It knows another token: see --token-file, and -c for its properties.";
                default -> response.body().path("error").asText("");
            };
            return new UsageException("The service at " + address + " answers " + response.status() + ". " + advice);
        }

        private static Response read(ClassicHttpResponse response) throws IOException {
            byte[] body = response.getEntity() == null
                    ? new byte[0]
                    : response.getEntity().getContent().readNBytes(MAX_BYTES);
            Header link = response.getFirstHeader("Link");
            return new Response(response.getCode(), json(body), link != null);
        }

        private static JsonNode json(byte[] body) {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                return null;
            }
        }

        @Override
        public void close() {
            clients.close();
        }
    }

    Calls open() {
        HttpSettings http = config.readOnly(HttpSettings.HTTP::read);
        Optional<String> token = tokenFile == null
                ? http.readToken().or(http::token).map(Secret::reveal)
                : Optional.of(tokenIn(tokenFile));
        return url == null
                ? new Calls(Callee.Kind.ITSELF, ProxySettings.DIRECT, address(http), token)
                : new Calls(Callee.Kind.OTHER, config.readOnly(ProxySettings.PROXIES::read), checked(url), token);
    }

    private static String address(HttpSettings http) {
        if (!http.enabled() || http.port() == 0) {
            throw new UsageException(
                    http.enabled()
                            ? "trainwatch.http.port is 0, so the service takes any: name with --url what it says at its"
                                    + " start."
                            : "trainwatch.http.enabled is false, so the service does not listen. Set it to true, or"
                                    + " name another one with --url.");
        }
        String host = switch (http.host()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "0:0:0:0:0:0:0:0" -> "::1";
            default -> http.host();
        };
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    private static String checked(String url) {
        try {
            return Addresses.url().read(url).toString().replaceFirst("/api$", "");
        } catch (UnreadableValue e) {
            throw new UsageException("--url " + e.getMessage() + ". Write one such as http://127.0.0.1:8080.");
        }
    }

    private static String tokenIn(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_TOKEN), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UsageException("The file of --token-file, " + file + ", " + Words.ofFile(e) + ".");
        }
    }
}
