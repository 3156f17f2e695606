package io.trainwatch.cli;

import io.trainwatch.status.StatusReader;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares on another processor what the first look needs, while the command line, the settings and Camel come up.
 * Leaving it out changes nothing but the time of the first look.
 */
final class HeadStart {

    private static final CompletableFuture<Void> LOGGING = new CompletableFuture<>();

    private HeadStart() {}

    /** Begins, and returns at once. */
    static void begin() {
        Thread thread = new Thread(HeadStart::prepare, "trainwatch-head-start");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until the log is set up: SLF4J complains to its users of whoever logs meanwhile. */
    static void awaitLogging() {
        LOGGING.join();
    }

    private static void prepare() {
        Logger log;
        try {
            log = LoggerFactory.getLogger(HeadStart.class);
        } finally {
            LOGGING.complete(null);
        }
        try {
            StatusReader.shared();
            SSLContext.getDefault(); // reads the trusted certificates, which the JVM keeps for whoever asks next
        } catch (NoSuchAlgorithmException e) {
            log.warn("This Java has no usable TLS: {}", e.getMessage());
        }
    }
}
