package io.trainwatch.http;

import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with certificates from files, read again at the first connection after a file has changed. While a changed file cannot
 * be used, what was read before goes on being used. Thread-safe.
 */
final class FileTls implements TlsSocketStrategy {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.http");
    private static final Pattern PEM_BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");
    private static final List<String> KEY_TYPES = List.of("RSA", "EC", "Ed25519", "RSASSA-PSS");
    private static final char[] NO_PASSWORD = new char[0];

    private final TlsFiles files;
    private State state;

    private record State(TlsSocketStrategy strategy, List<Version> versions) {}

    /** Of a file, where links lead today: Kubernetes changes them, not the file. */
    private record Version(Optional<Path> real, Optional<FileTime> modified, long size) {
        static Version of(Path file) {
            try {
                return new Version(
                        Optional.of(file.toRealPath()), Optional.of(Files.getLastModifiedTime(file)), Files.size(file));
            } catch (IOException e) {
                return new Version(Optional.empty(), Optional.empty(), -1);
            }
        }
    }

    /** @throws SettingsException where a file cannot be used */
    FileTls(TlsFiles files) {
        this.files = files;
        List<Version> versions = versions();
        this.state = new State(strategy(), versions);
    }

    @Override
    public SSLSocket upgrade(java.net.Socket socket, String host, int port, Object attachment, HttpContext context)
            throws IOException {
        return current().upgrade(socket, host, port, attachment, context);
    }

    private synchronized TlsSocketStrategy current() {
        List<Version> versions = versions();
        if (!versions.equals(state.versions())) {
            TlsSocketStrategy strategy = state.strategy();
            try {
                strategy = strategy();
                LOG.info("The certificates of {}… were read again", files.key());
            } catch (SettingsException e) {
                LOG.warn("{} The certificates that were read before are used further.", e.getMessage());
            }
            state = new State(strategy, versions);
        }
        return state.strategy();
    }

    private List<Version> versions() {
        return files.files().stream().map(Version::of).toList();
    }

    private TlsSocketStrategy strategy() {
        TrustManagerFactory trust = null;
        KeyManagerFactory keys = null;
        try {
            if (files.truststore().isPresent()) {
                trust = trust(files.truststore().get(), password(files.truststorePassword()));
            }
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw problem("truststore", files.truststore(), "holds no certificates that can be used", e);
        }
        try {
            if (files.certificate().isPresent()) {
                keys = keys(files.certificate().get(), password(files.certificatePassword()));
            }
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw problem(
                    "client-certificate", files.certificate(), "holds no certificate with its key that can be used", e);
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys == null ? null : keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
            return new DefaultClientTlsStrategy(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private SettingsException problem(String setting, Optional<Path> file, String what, Exception thrown) {
        String why = thrown.getMessage() == null
                ? ""
                : " (" + thrown.getMessage().lines().findFirst().orElse("") + ")";
        return new SettingsException(List.of(new Problem(
                files.key() + setting,
                Optional.empty(),
                file.orElseThrow() + " " + what + why,
                "Give PEM, PKCS12 or JKS, and its password in " + files.key() + setting + "-password.")));
    }

    private static TrustManagerFactory trust(Path file, char[] password) throws GeneralSecurityException, IOException {
        byte[] bytes = Files.readAllBytes(file);
        KeyStore store;
        if (isPem(bytes)) {
            store = emptyStore();
            List<Certificate> certificates = certificates(bytes);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("trusted-" + i, certificates.get(i));
            }
        } else {
            store = load(file, password);
        }
        if (store.size() == 0) {
            throw new IOException("there is none in it");
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    private static KeyManagerFactory keys(Path file, char[] password) throws GeneralSecurityException, IOException {
        byte[] bytes = Files.readAllBytes(file);
        KeyStore store;
        if (isPem(bytes)) {
            store = emptyStore();
            Certificate[] chain = certificates(bytes).toArray(Certificate[]::new);
            store.setKeyEntry("client", key(bytes, password), password, chain);
        } else {
            store = load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        return keys;
    }

    private static KeyStore load(Path file, char[] password) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(file.toFile(), password.length == 0 ? null : password);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static boolean isPem(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    private static List<Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        Matcher block = PEM_BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (block.group(1).endsWith("CERTIFICATE")) {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(decoded(block.group(2)))));
            }
        }
        return certificates;
    }

    private static PrivateKey key(byte[] pem, char[] password) throws GeneralSecurityException, IOException {
        Matcher block = PEM_BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(new PKCS8EncodedKeySpec(decoded(block.group(2))));
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return key(decrypted(new EncryptedPrivateKeyInfo(decoded(block.group(2))), password));
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    throw new IOException("its key is in an old form; convert it with: openssl pkcs8 -topk8");
                default -> {
                    // Certificates, and what else OpenSSL writes beside them.
                }
            }
        }
        throw new IOException("there is no private key in it");
    }

    private static PKCS8EncodedKeySpec decrypted(EncryptedPrivateKeyInfo encrypted, char[] password)
            throws GeneralSecurityException {
        // The algorithm of PBES2 is in its parameters only, which name themselves.
        String algorithm = encrypted.getAlgName().equals("PBES2")
                ? encrypted.getAlgParameters().toString()
                : encrypted.getAlgName();
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password)),
                encrypted.getAlgParameters());
        return encrypted.getKeySpec(cipher);
    }

    /** PKCS8 tells the type, but Java wants to be told. */
    private static PrivateKey key(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
        for (String type : KEY_TYPES) {
            try {
                return KeyFactory.getInstance(type).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // Another type, then.
            }
        }
        throw new InvalidKeySpecException("its key is of none of the types " + String.join(", ", KEY_TYPES));
    }

    private static byte[] decoded(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static char[] password(Optional<Secret> password) {
        return password.map(secret -> secret.reveal().toCharArray()).orElse(NO_PASSWORD);
    }
}
