package io.trainwatch.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteDataSource;

/** Looks at a database as {@link Store#open} would find it, and leaves it as it is. */
final class Inspection {

    private Inspection() {}

    static String of(Engine engine, String url, String user, String password) {
        try {
            return engine == Engine.SQLITE ? ofSqlite(url) : ofPostgresql(url, user, password);
        } catch (SQLException e) {
            throw new StoreUnavailable(url, new IllegalStateException(e));
        } catch (RuntimeException e) {
            throw new StoreUnavailable(url, e);
        }
    }

    private static String ofSqlite(String url) throws SQLException {
        Optional<Path> file = Connections.sqliteFile(url);
        boolean isNew = file.isPresent() && !Files.exists(file.get());
        if (!isNew) {
            file.ifPresent(present -> SqliteLibrary.unpackInto(present.getParent()));
        }
        if (file.isPresent()) {
            probe(file.get());
        }
        if (isNew) {
            return "SQLite, " + file.get().getFileName() + " is made at the start";
        }
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 5000");
            if (file.isEmpty()) {
                SqliteFile.requireWal(connection);
            }
            statement.execute("begin immediate");
            statement.execute("rollback");
        }
        return "SQLite, "
                + schema(Connections.flyway(Engine.SQLITE)
                        .dataSource(url, null, null)
                        .load());
    }

    private static Connection connect(String url) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url);
        return source.getConnection();
    }

    /** Whether the file could be made and used: in its folder, or in the nearest one that is there. */
    private static void probe(Path file) throws SQLException {
        Path folder = file.getParent();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        try {
            Path database = Files.createTempFile(folder, ".trainwatch-check-", ".tmp");
            try (Connection connection = connect("jdbc:sqlite:" + database);
                    Statement statement = connection.createStatement()) {
                SqliteFile.requireWal(connection);
                statement.execute("create table tried (it integer)");
            } finally {
                for (String beside : List.of("", "-wal", "-shm", "-journal")) {
                    Files.deleteIfExists(folder.resolve(database.getFileName() + beside));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ofPostgresql(String url, String user, String password) {
        DataSource source = PostgresqlLimits.once(url, user, password);
        try (Handle handle = Jdbi.open(source)) {
            require(handle, "current_setting('transaction_read_only') = 'off'", "the database is read-only");
            MissingSchema.refuse(handle);
            Flyway flyway =
                    Connections.flyway(Engine.POSTGRESQL).dataSource(source).load();
            String schema = schema(flyway);
            if (flyway.info().pending().length > 0) {
                require(
                        handle,
                        "has_schema_privilege(current_schema(), 'CREATE')",
                        "the user may not make tables in the schema");
            } else {
                for (String right : List.of("SELECT", "INSERT", "UPDATE", "DELETE")) {
                    require(handle, "has_table_privilege('job', '" + right + "')", "the user has no right to " + right);
                }
            }
            return "PostgreSQL, " + schema;
        }
    }

    private static void require(Handle handle, String condition, String otherwise) {
        if (!handle.createQuery("select " + condition).mapTo(Boolean.class).one()) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static String schema(Flyway flyway) {
        MigrationInfoService migrations = flyway.info();
        NewerSchema.refuse(migrations);
        for (MigrationInfo migration : migrations.all()) {
            if (migration.getState().isFailed()) {
                throw new IllegalStateException("migration " + migration.getVersion() + " failed before");
            }
        }
        MigrationInfo current = migrations.current();
        int pending = migrations.pending().length;
        return (current == null ? "empty" : "schema " + current.getVersion())
                + (pending == 0
                        ? ""
                        : ", " + pending + (pending == 1 ? " migration" : " migrations") + " at the start");
    }
}
