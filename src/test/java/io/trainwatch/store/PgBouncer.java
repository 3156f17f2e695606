package io.trainwatch.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A PgBouncer in transaction mode before a new database of the tests' server; each transaction gets another of its few
 * connections.
 */
public final class PgBouncer implements AutoCloseable {

    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));
    private static final String HOST = "127.0.0.1";

    private final Process process;
    private final String url;
    private final String directUrl;

    private PgBouncer(Process process, String url, String directUrl) {
        this.process = process;
        this.url = url;
        this.directUrl = directUrl;
    }

    /** Says so where it is not: what needs it is not tested then. */
    public static boolean isInstalled() {
        boolean installed = PLACES.stream().anyMatch(Files::isExecutable);
        if (!installed) {
            System.err.println("NOT TESTED: there is no PgBouncer at " + PLACES + "; install the package pgbouncer.");
        }
        return installed;
    }

    /** @param folder where its settings are written */
    public static PgBouncer start(Path folder) throws Exception {
        FreshDatabase server = FreshDatabase.on(Engine.POSTGRESQL, folder);
        URI address = URI.create(server.url().substring("jdbc:".length()));
        String name = "pooled_" + System.nanoTime();
        try (Connection connection = DriverManager.getConnection(server.url(), server.user(), null);
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        int port = freePort();
        Path settings = Files.writeString(
                folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=%s port=%d user=%s
                [pgbouncer]
                listen_addr = %s
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = 6
                min_pool_size = 6
                server_round_robin = 1
                """.formatted(HOST, address.getPort(), server.user(), HOST, port));
        List<String> command = new ArrayList<>();
        command.add(PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toString());
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("-u", "nobody")); // it refuses to run as root
        }
        command.add(settings.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                .start();
        Awaitility.await("PgBouncer").atMost(Duration.ofSeconds(10)).until(() -> accepts(port));
        String database = "/" + name + "?user=" + server.user();
        return new PgBouncer(
                process,
                "jdbc:postgresql://" + HOST + ":" + port + database,
                "jdbc:postgresql://" + HOST + ":" + address.getPort() + database);
    }

    public String url() {
        return url;
    }

    /** Of the same database, without PgBouncer. */
    Connection connectDirectly() throws SQLException {
        return DriverManager.getConnection(directUrl);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(HOST, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
