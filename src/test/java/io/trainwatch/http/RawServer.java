package io.trainwatch.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on the loopback that answers each request with whatever bytes the test wants, and keeps the connection. */
public final class RawServer implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    /** What is sent to a request. */
    @FunctionalInterface
    public interface Script {
        /**
         * @param number of the request, from 1, over all connections
         * @param request head and body
         */
        void respond(int number, String request, OutputStream out) throws Exception;
    }

    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final AtomicInteger connections = new AtomicInteger();
    public final AtomicInteger ended = new AtomicInteger();

    private final ServerSocket socket;
    private final Script script;
    private final AtomicInteger numbers = new AtomicInteger();

    public RawServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    public RawServer(ServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
        inBackground(this::accept);
    }

    /** One that answers each request alike. */
    public static RawServer answering(String response) throws IOException {
        return new RawServer((number, request, out) -> out.write(bytes(response)));
    }

    /** A response with a body and its length. */
    public static String response(String status, String body, String... headers) {
        StringBuilder head = new StringBuilder(
                "HTTP/1.1 " + status + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head + "\r\n" + body;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public int port() {
        return socket.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                connections.incrementAndGet();
                inBackground(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String request = read(client.getInputStream());
            while (!request.isEmpty()) {
                requests.add(request);
                script.respond(numbers.incrementAndGet(), request, client.getOutputStream());
                client.getOutputStream().flush();
                request = read(client.getInputStream());
            }
        } catch (Exception e) {
            // The client went away, or the script ends the connection.
        } finally {
            ended.incrementAndGet();
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        int missing = -1;
        while (missing != 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            request.write(next);
            if (missing > 0) {
                missing--;
            } else if (next == '\n'
                    && request.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                Matcher length = LENGTH.matcher(request.toString(StandardCharsets.ISO_8859_1));
                missing = length.find() ? Integer.parseInt(length.group(1)) : 0;
            }
        }
        return request.toString(StandardCharsets.UTF_8);
    }

    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
