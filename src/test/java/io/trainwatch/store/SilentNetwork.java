package io.trainwatch.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The way to a server, which can be cut as where its host loses its power: connections stay, and nothing comes through.
 * They end when it is mended, as they do when the host is back and knows nothing of them.
 */
public final class SilentNetwork implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final int to;
    private final ServerSocket server;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean isCut;

    private SilentNetwork(int to) throws IOException {
        this.to = to;
        this.server = new ServerSocket(0, 100, InetAddress.getByName(HOST));
        run(this::accept);
    }

    /** Stands before the server of the database. */
    public static SilentNetwork before(FreshDatabase database) throws IOException {
        return new SilentNetwork(Integer.parseInt(database.url().replaceFirst(".*://[^/]*:(\\d+)/.*", "$1")));
    }

    /** The database as it is reached on this way. */
    public FreshDatabase through(FreshDatabase database) {
        return new FreshDatabase(
                database.url().replaceFirst("//[^/]*/", "//" + HOST + ":" + server.getLocalPort() + "/"),
                database.user());
    }

    public void cut() {
        isCut = true;
    }

    public void mend() {
        isCut = false;
        open.forEach(SilentNetwork::end);
        open.clear();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            open.add(client);
            if (!isCut) {
                Socket upstream = new Socket(HOST, to);
                open.add(upstream);
                run(() -> forward(client, upstream));
                run(() -> forward(upstream, client));
            }
        }
    }

    private void forward(Socket from, Socket into) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = into.getOutputStream();
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (!isCut) {
                out.write(buffer, 0, read);
            }
        }
        if (!isCut) {
            end(into);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The connection, or the whole way, was closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        mend();
    }
}
