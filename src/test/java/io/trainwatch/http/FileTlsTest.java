package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.trainwatch.conventions.Situation;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.Sources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.Key;
import java.security.KeyStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that wants a client's certificate, with certificates made by the JDK's keytool. */
class FileTlsTest {

    private static final String PASSWORD = "changeit";
    private static final String TENANT = "trainwatch.tenant.acme.";

    @TempDir
    private Path folder;

    private final Map<String, String> properties = new HashMap<>();
    private final List<Clients> clients = new ArrayList<>();
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        makeKeys("server", "-ext", "SAN=ip:127.0.0.1");
        makeKeys("client");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        SSLContext context = context(store("server"), store("client"));
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters all = context.getDefaultSSLParameters();
                all.setNeedClientAuth(true);
                parameters.setSSLParameters(all);
            }
        });
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        properties.put(
                TENANT + "base-url", "https://127.0.0.1:" + server.getAddress().getPort());
        properties.put(TENANT + "truststore", pem("server", false).toString());
        properties.put(
                TENANT + "client-certificate", folder.resolve("client.p12").toString());
        properties.put(TENANT + "client-certificate-password", PASSWORD);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        clients.forEach(Clients::close);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A tenant or a target has an authority of its own, and wants a certificate",
            then = "`.truststore` and `.client-certificate`, each side its own")
    @Test
    void aTenantIsTrustedAndShownACertificateByFiles() throws Exception {
        assertThat(call(client())).isEqualTo(204);
    }

    @Test
    void keyStoresAndPemAreBothTaken() throws Exception {
        properties.put(TENANT + "truststore", folder.resolve("server.p12").toString());
        properties.put(TENANT + "truststore-password", PASSWORD);
        properties.put(TENANT + "client-certificate", pem("client", true).toString());
        properties.remove(TENANT + "client-certificate-password");
        // A key is no certificate that anybody is trusted by.
        keytool(
                "trusted",
                "-importcert",
                "-noprompt",
                "-alias",
                "a",
                "-file",
                pem("server", false).toString());
        properties.put(TENANT + "truststore", folder.resolve("trusted.p12").toString());
        assertThat(call(client())).isEqualTo(204);
    }

    @Test
    void aKeyThatIsEncryptedIsTakenWithItsPassword() throws Exception {
        Path file = folder.resolve("encrypted.pem");
        Files.writeString(
                file,
                block("CERTIFICATE", store("client").getCertificate("client").getEncoded())
                        + block("ENCRYPTED PRIVATE KEY", encryptedKey()));
        properties.put(TENANT + "client-certificate", file.toString());
        assertThat(call(client())).isEqualTo(204);
    }

    @Test
    void withoutThemThereIsNoConnection() throws Exception {
        properties.remove(TENANT + "truststore");
        assertThatThrownBy(() -> call(client())).isInstanceOf(IOException.class);
        properties.put(TENANT + "truststore", pem("server", false).toString());
        properties.remove(TENANT + "client-certificate");
        assertThatThrownBy(() -> call(client())).isInstanceOf(IOException.class);
    }

    @Situation(of = Situation.Of.MACHINES, when = "A file with certificates changes", then = "It is read again")
    @Test
    void aFileThatChangesIsReadAgain() throws Exception {
        Path right = pem("server", false);
        Path used = folder.resolve("used.pem");
        Files.copy(pem("client", false), used);
        properties.put(TENANT + "truststore", used.toString());
        Clients one = client();
        assertThatThrownBy(() -> call(one)).isInstanceOf(IOException.class);
        Files.copy(right, used, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(used, FileTime.from(Instant.EPOCH));
        assertThat(call(one)).isEqualTo(204);
        Files.writeString(used, "half a file");
        assertThat(call(one)).as("what was read before goes on").isEqualTo(204);
    }

    @Test
    void aFileThatCannotBeUsedIsSaidAtTheStartWithoutThePassword() {
        properties.put(TENANT + "client-certificate-password", "wrong-pass");
        assertThatThrownBy(this::client)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(TENANT + "client-certificate")
                .hasMessageContaining("client.p12")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-pass"));
    }

    private Clients client() {
        Settings settings = Settings.read(Sources.of(properties), "", Map.of());
        Clients made = new Clients(settings, InstantSource.system(), builder -> {});
        clients.add(made);
        return made;
    }

    private int call(Clients with) throws IOException {
        HttpGet get = new HttpGet(properties.get(TENANT + "base-url") + "/");
        return with.get(Clients.tenant("acme")).execute(get, answer -> answer.getCode());
    }

    private byte[] encryptedKey() throws Exception {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
        Key key = store("client").getKey("client", PASSWORD.toCharArray());
        byte[] pbes2 = HexFormat.of().parseHex("06092a864886f70d01050d");
        return der(
                0x30,
                der(0x30, pbes2, cipher.getParameters().getEncoded()),
                der(0x04, cipher.doFinal(key.getEncoded())));
    }

    /** A value of ASN.1, of fewer than 64 KiB. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(tag);
        der.write(0x82);
        der.write(all.size() >> 8);
        der.write(all.size());
        der.writeBytes(all.toByteArray());
        return der.toByteArray();
    }

    private Path pem(String name, boolean withKey) throws Exception {
        String text = block("CERTIFICATE", store(name).getCertificate(name).getEncoded());
        if (withKey) {
            text += block(
                    "PRIVATE KEY",
                    store(name).getKey(name, PASSWORD.toCharArray()).getEncoded());
        }
        return Files.writeString(folder.resolve(name + (withKey ? "-key" : "") + ".pem"), text);
    }

    private static String block(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + type + "-----\n";
    }

    private KeyStore store(String name) throws Exception {
        return KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
    }

    private SSLContext context(KeyStore keys, KeyStore trusted) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("client", trusted.getCertificate("client"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void makeKeys(String name, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", "CN=" + name));
        arguments.addAll(List.of(more));
        keytool(name, arguments.toArray(String[]::new));
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", folder.resolve(store + ".p12").toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
        }
    }
}
