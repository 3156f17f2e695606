package io.trainwatch.looks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A tenant of the training API that does as little as one can, so that what is measured is the client: every token is
 * granted, every job is running, and nothing is read of a request but the job's id. A process of its own, until its input
 * ends; prints its port.
 */
final class CheapTenant {

    private static final String METRICS =
            ",\"metrics\":[{\"timestamp\":\"2026-11-28T09:30:00Z\",\"metric_name\":\"loss\","
                    + "\"value\":41.5,\"unit\":\"percent\"}],\"resource_utilization\":{\"cpu_usage\":61.5,\"memory_usage\":48.25},"
                    + "\"started_at\":\"2026-11-28T09:00:00Z\"}";
    private static final byte[] TOKEN =
            response("{\"access_token\":\"cheap\",\"token_type\":\"Bearer\",\"expires_in\":86400}");

    private CheapTenant() {}

    public static void main(String[] arguments) throws IOException {
        ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(socket));
            }
        });
        System.out.println(server.getLocalPort());
        while (System.in.read() >= 0) {
            // Its end is the sign to end.
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The other side went away.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** One request after the other; each arrives whole in one read, since the clients here write it so. */
    private static void serve(Socket socket) throws IOException {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                out.write(answer(new String(buffer, 0, Math.min(length, 200), StandardCharsets.ISO_8859_1)));
            }
        }
    }

    private static byte[] answer(String request) {
        int end = request.indexOf("/status ");
        if (end < 0) {
            return TOKEN;
        }
        String job = request.substring(request.lastIndexOf('/', end - 1) + 1, end);
        // The progress of each job grows for weeks.
        double progress = System.currentTimeMillis() % 4_000_000_000L / 40_000_000.0;
        return response("{\"job_id\":\"" + job + "\",\"state\":\"RUNNING\",\"progress_percent\":" + progress + METRICS);
    }

    private static byte[] response(String json) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                        + json)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
