package io.trainwatch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjLongConsumer;

/** A webhook receiver that does as little as one can, so that what is measured is the sender. */
final class BenchReceiver implements AutoCloseable {

    private static final byte[] TAKEN = "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final long slowNanos;
    private final ObjLongConsumer<String> received;

    /**
     * @param slowSeconds how long an answer takes
     * @param received told of each {@code webhook-id} and of the nano time at which the request's first byte was here
     */
    BenchReceiver(int slowSeconds, ObjLongConsumer<String> received) throws IOException {
        this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.slowNanos = TimeUnit.SECONDS.toNanos(slowSeconds);
        this.received = received;
        daemon(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/hook";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 8192);
            for (int first = in.read(); first >= 0; first = in.read()) {
                long at = System.nanoTime();
                take(in, at);
                if (slowNanos > 0) {
                    LockSupport.parkNanos(slowNanos);
                }
                socket.getOutputStream().write(TAKEN);
            }
        } catch (IOException e) {
            // The sender gave up.
        }
    }

    private void take(InputStream in, long at) throws IOException {
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith("webhook-id:")) {
                received.accept(line.substring(11).strip(), at);
            } else if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("ended within a request");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "bench-receiver");
        thread.setDaemon(true);
        thread.start();
    }
}
