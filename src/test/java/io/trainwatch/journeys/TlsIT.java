package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.http.KeyStores;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Receivers with real certificates, made by the JDK's keytool: only one whose certificate is signed by a trusted authority,
 * valid today and made out to its name gets an event; the others get nothing.
 */
class TlsIT {

    @TempDir
    Path folder;

    private KeyStores keys;
    private final List<String> properties = new ArrayList<>();

    @Test
    void onlyAReceiverWithAGoodCertificateGetsTheEvents() throws Exception {
        JobScript job = JobScript.of("tls", "job-1", Ending.COMPLETES).running(Duration.ofSeconds(1));
        keys = new KeyStores(folder);
        makeAuthority("authority");
        makeAuthority("stranger");
        keys.keytool("trusted", "-importcert", "-noprompt", "-alias", "ca", "-file", certificateOf("authority"));
        String name = "SAN=ip:127.0.0.1";
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(List.of(job)));
                Receiver good = new Receiver("good", "authority", "-ext", name);
                Receiver other = new Receiver("other", "authority", "-ext", "SAN=dns:else.example");
                Receiver old = new Receiver("old", "authority", "-ext", name, "-startdate", "-9d", "-validity", "2");
                Receiver unknown = new Receiver("unknown", "stranger", "-ext", name)) {
            simulator.properties().forEach((key, value) -> properties.add(key + " = " + value));
            properties.add("trainwatch.store.url = jdbc:sqlite:" + folder.resolve("trainwatch.db"));
            properties.add("trainwatch.audit.directory = " + folder.resolve("audit"));
            properties.add("trainwatch.watch.drain = 2s");
            String said = watch();
            assertThat(good.requests).as(said).hasPositiveValue();
            for (Receiver bad : List.of(other, old, unknown)) {
                assertThat(bad.requests).as(bad.name).hasValue(0);
                assertThat(said).contains("job.completed of demo:tls/job-1 to " + bad.name + ": still pending");
            }
            assertThat(said).doesNotContain("to good: still pending");
        }
    }

    private String watch() throws Exception {
        Path config = Files.write(folder.resolve("tls.properties"), properties);
        ProcessBuilder builder =
                new ProcessBuilder("target/trainwatch/bin/trainwatch", "watch", "-c", config.toString());
        builder.environment()
                .put(
                        "TRAINWATCH_JAVA_OPTS",
                        "-Djavax.net.ssl.trustStore=" + keys.file("trusted") + " -Djavax.net.ssl.trustStorePassword="
                                + KeyStores.PASSWORD);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private final class Receiver implements AutoCloseable {

        private final String name;
        private final HttpsServer server;
        private final AtomicInteger requests = new AtomicInteger();

        /** @param certificate what keytool is told of the certificate */
        Receiver(String name, String authority, String... certificate) throws Exception {
            this.name = name;
            String request = folder.resolve(name + ".csr").toString();
            String signed = folder.resolve(name + ".crt").toString();
            keys.makeKeys(name);
            keys.keytool(name, "-certreq", "-alias", name, "-file", request);
            List<String> sign = new ArrayList<>(List.of("-gencert", "-alias", authority, "-infile", request));
            sign.addAll(List.of("-outfile", signed));
            sign.addAll(List.of(certificate));
            keys.keytool(authority, sign.toArray(String[]::new));
            keys.keytool(name, "-importcert", "-noprompt", "-alias", authority, "-file", certificateOf(authority));
            keys.keytool(name, "-importcert", "-noprompt", "-alias", name, "-file", signed);
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context(name)));
            server.createContext("/", exchange -> {
                requests.incrementAndGet();
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
            properties.add("trainwatch.webhook." + name + ".url = https://127.0.0.1:"
                    + server.getAddress().getPort() + "/hook");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private SSLContext context(String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.managers(name), null, null);
        return context;
    }

    private void makeAuthority(String name) throws Exception {
        keys.makeKeys(name, "-ext", "bc:c");
        keys.keytool(name, "-exportcert", "-alias", name, "-file", certificateOf(name));
    }

    private String certificateOf(String authority) {
        return folder.resolve(authority + ".crt").toString();
    }
}
