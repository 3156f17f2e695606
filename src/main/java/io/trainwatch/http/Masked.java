package io.trainwatch.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;

/**
 * Hides what a request was authorised with: a response that quotes it must not bring it into the records. Whatever of it
 * comes back is {@code ***}, as it is, escaped for JSON, or encoded for a URL. Immutable.
 */
final class Masked {

    /** A shorter one is no secret, and hiding it would make nonsense of what comes back. */
    private static final int MIN_CHARACTERS = 6;

    private static final String MASK = "***";
    private static final List<String> CREDENTIALS = List.of("Authorization", "X-API-Key");

    private final List<String> credentials;
    private final List<String> secrets;
    /** The same, each byte of them as a character. */
    private final List<String> secretsAsBytes;

    private Masked(List<String> credentials, Collection<String> secrets) {
        this.credentials = credentials;
        // What holds another comes first.
        this.secrets = secrets.stream()
                .filter(secret -> secret.length() >= MIN_CHARACTERS)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        this.secretsAsBytes = this.secrets.stream()
                .map(secret -> new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** Of the request's own headers, and what else is known of the side that it goes to. */
    static Masked of(HttpRequest request, Collection<String> known) {
        List<String> credentials = credentialsOf(request);
        Set<String> all = new LinkedHashSet<>();
        known.forEach(secret -> addForms(all, secret));
        credentials.forEach(value -> addCredentials(all, value));
        return new Masked(credentials, all);
    }

    /** Whether a request is authorised by the same: one token is used for many. */
    boolean isFor(HttpRequest request) {
        return credentials.equals(credentialsOf(request));
    }

    private static List<String> credentialsOf(HttpRequest request) {
        List<String> credentials = new ArrayList<>(1);
        for (String name : CREDENTIALS) {
            for (Header header : request.getHeaders(name)) {
                credentials.add(header.getValue());
            }
        }
        return credentials;
    }

    private static void addCredentials(Set<String> all, String value) {
        String credentials = value.substring(value.indexOf(' ') + 1);
        addForms(all, credentials);
        if (value.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                String decoded = new String(Base64.getDecoder().decode(credentials.strip()), StandardCharsets.UTF_8);
                addForms(all, decoded);
                addForms(all, decoded.substring(decoded.indexOf(':') + 1));
            } catch (IllegalArgumentException e) {
                // Not Base64, so there is nothing in it.
            }
        }
    }

    private static void addForms(Set<String> all, String secret) {
        all.add(secret);
        all.add(secret.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"));
        all.add(secret.replace("\\", "\\\\").replace("\"", "\\\""));
        all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    String in(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    /** Byte for character and back, so that a payload that is no text stays what it is. */
    byte[] in(byte[] payload) {
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        String masked = text;
        for (String secret : secretsAsBytes) {
            masked = masked.replace(secret, MASK);
        }
        return masked.equals(text) ? payload : masked.getBytes(StandardCharsets.ISO_8859_1);
    }
}
