package io.trainwatch.journeys;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** Calls the API as nobody should, until it is stopped. */
final class HostileCaller implements AutoCloseable {

    private static final int MIB = 1024 * 1024;
    private static final int SLOW = 16;

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean over;

    HostileCaller(int port) throws IOException {
        this.port = port;
        byte[] bomb = bomb();
        repeat(
                1_000,
                () -> flood("Content-Type: application/json\r\nContent-Length: " + 300 * MIB, new byte[MIB], 300));
        repeat(1_000, () -> flood("Content-Type: application/json\r\nTransfer-Encoding: chunked", chunk(), 300));
        repeat(1_000, () -> flood("Content-Encoding: gzip\r\nContent-Length: " + bomb.length, bomb, 1));
        repeat(100, this::badHeads);
        for (int i = 0; i < SLOW; i++) {
            repeat(100, () -> drip("POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"));
        }
        repeat(100, () -> drip("GET /api/health HTTP/1.1\r\nX-Slow: "));
    }

    int sent() {
        return sent.get();
    }

    private void badHeads() throws IOException {
        for (String request : List.of(
                "GET /api/jobs?x=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/jobs?state=%00%1b[2J HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/jobs/%2e%2e/%2e%2e/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: \u0001/x;;=\r\nContent-Length: 2\r\n\r\n{}",
                "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 26\r\n"
                        + "Connection: close\r\n\r\n{\"jobs\":[\"\\u001b[2J\\u202e/a\"]}",
                "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(20_000) + "\r\n",
                "\u0016\u0003\u0001\u0002 this is TLS\r\n\r\n",
                "DELETE /api/jobs/x/y/z HTTP/9.9\r\n\r\n")) {
            try (Socket socket = open()) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                sent.incrementAndGet();
                socket.getInputStream().readNBytes(64);
            } catch (IOException e) {
                // Ended by the service.
            }
        }
    }

    private void flood(String headers, byte[] part, int times) throws IOException {
        try (Socket socket = open()) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/jobs HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            sent.incrementAndGet();
            for (int i = 0; i < times && !over; i++) {
                out.write(part);
            }
            socket.getInputStream().readNBytes(64);
        }
    }

    private void drip(String start) throws IOException, InterruptedException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            sent.incrementAndGet();
            while (!over) {
                TimeUnit.SECONDS.sleep(1);
                socket.getOutputStream().write('x');
            }
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static byte[] chunk() {
        return ("100000\r\n" + "x".repeat(MIB) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** A GiB in a MiB. */
    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[MIB];
            for (int i = 0; i < 1024; i++) {
                gzip.write(zeros);
            }
        }
        return packed.toByteArray();
    }

    private void repeat(int everyMillis, Work work) {
        Thread thread = new Thread(
                () -> {
                    while (!over) {
                        try {
                            try {
                                work.run();
                            } catch (IOException e) {
                                // Refused or ended by the service.
                            }
                            TimeUnit.MILLISECONDS.sleep(everyMillis);
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                },
                "hostile-caller");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}
