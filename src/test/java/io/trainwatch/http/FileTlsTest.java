package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.conventions.Situation;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.Sources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

    private static final String TENANT = "trainwatch.tenant.acme.";

    @TempDir
    private Path folder;

    private KeyStores keys;
    private final Map<String, String> properties = new HashMap<>();
    private final List<Clients> clients = new ArrayList<>();
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        keys = new KeyStores(folder);
        keys.makeKeys("server", "-ext", "SAN=ip:127.0.0.1");
        keys.makeKeys("client");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        SSLContext context = context();
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
        properties.put(TENANT + "client-certificate", keys.file("client").toString());
        properties.put(TENANT + "client-certificate-password", KeyStores.PASSWORD);
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
        properties.put(TENANT + "truststore", keys.file("server").toString());
        properties.put(TENANT + "truststore-password", KeyStores.PASSWORD);
        properties.put(TENANT + "client-certificate", pem("client", true).toString());
        properties.remove(TENANT + "client-certificate-password");
        // A key is no certificate that anybody is trusted by.
        keys.keytool(
                "trusted",
                "-importcert",
                "-noprompt",
                "-alias",
                "a",
                "-file",
                pem("server", false).toString());
        properties.put(TENANT + "truststore", keys.file("trusted").toString());
        assertThat(call(client())).isEqualTo(204);
    }

    @Test
    void aKeyThatIsEncryptedIsTakenWithItsPassword() throws Exception {
        Path file = folder.resolve("encrypted.pem");
        Files.writeString(
                file,
                block(
                                "CERTIFICATE",
                                keys.read("client").getCertificate("client").getEncoded())
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
        Settings settings = Settings.read(TrainwatchSettings.SCHEMA, Sources.of(properties), "", Map.of());
        Clients made = new Clients(
                TrainwatchSettings.callees(settings), settings.get(ProxySettings.PROXIES), InstantSource.system());
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
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(KeyStores.PASSWORD.toCharArray())));
        Key key = keys.read("client").getKey("client", KeyStores.PASSWORD.toCharArray());
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
        String text = block("CERTIFICATE", keys.read(name).getCertificate(name).getEncoded());
        if (withKey) {
            text += block(
                    "PRIVATE KEY",
                    keys.read(name)
                            .getKey(name, KeyStores.PASSWORD.toCharArray())
                            .getEncoded());
        }
        return Files.writeString(folder.resolve(name + (withKey ? "-key" : "") + ".pem"), text);
    }

    private static String block(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + type + "-----\n";
    }

    private SSLContext context() throws Exception {
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("client", keys.read("client").getCertificate("client"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.managers("server"), trust.getTrustManagers(), null);
        return context;
    }
}
