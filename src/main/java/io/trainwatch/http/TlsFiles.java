package io.trainwatch.http;

import io.trainwatch.settings.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one side is trusted by, and known by, in TLS.
 *
 * @param key what the names of the settings begin with, for messages
 * @param truststore PEM, PKCS12 or JKS, in place of the certificates that Java trusts
 * @param certificate PEM with the chain and its key, PKCS12 or JKS
 */
public record TlsFiles(
        String key,
        Optional<Path> truststore,
        Optional<Secret> truststorePassword,
        Optional<Path> certificate,
        Optional<Secret> certificatePassword) {

    /** Java's own ways. */
    public static final TlsFiles NONE =
            new TlsFiles("", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether there is nothing that differs from what Java does by itself. */
    public boolean isEmpty() {
        return truststore.isEmpty() && certificate.isEmpty();
    }

    /** The files that there are. */
    public List<Path> files() {
        return List.of(truststore, certificate).stream()
                .flatMap(Optional::stream)
                .toList();
    }
}
