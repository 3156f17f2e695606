package io.trainwatch.cli;

import io.trainwatch.errors.Words;
import io.trainwatch.job.StatusReader;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.slf4j.LoggerFactory;

/**
 * Prepares on another processor what the first look needs, while the command line, the settings and Camel come up.
 * Leaving it out changes nothing but the time of the first look.
 */
final class Warmup {

    private static final CompletableFuture<Void> LOGGING = new CompletableFuture<>();

    private Warmup() {}

    /** Begins, and returns at once. */
    static void begin() {
        inBackground(Warmup::prepare);
    }

    /** Reads the certificates that this Java trusts, where a tenant is called by TLS, and returns at once. */
    static void trust(Settings settings) {
        if (settings.get(TenantSettings.TENANTS).values().stream()
                .anyMatch(tenant -> "https".equalsIgnoreCase(tenant.baseUrl().getScheme()))) {
            inBackground(Warmup::readTrustedCertificates);
        }
    }

    /** Waits until the log is set up: SLF4J complains to its users of whoever logs meanwhile. */
    static void awaitLogging() {
        LOGGING.join();
    }

    private static void prepare() {
        try {
            LoggerFactory.getLogger(Warmup.class);
        } finally {
            LOGGING.complete(null);
        }
        StatusReader.shared();
    }

    private static void readTrustedCertificates() {
        try {
            SSLContext.getDefault(); // the JVM keeps what it read for whoever asks next
        } catch (NoSuchAlgorithmException e) {
            LoggerFactory.getLogger(Warmup.class).warn("This Java has no usable TLS: {}", Words.why(e));
        }
    }

    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "trainwatch-head-start");
        thread.setDaemon(true);
        thread.start();
    }
}
