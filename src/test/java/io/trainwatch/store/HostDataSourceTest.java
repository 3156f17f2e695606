package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.settings.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.apache.camel.impl.DefaultCamelContext;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The store in the database of the application that Trainwatch is a part of. */
class HostDataSourceTest {

    private static final String TABLES =
            "select table_name from information_schema.tables where table_schema = current_schema()";

    @TempDir
    Path folder;

    @Test
    void theStoreIsInTheDatabaseOfTheHostBesideItsOwnTables() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setAutoCommit(false); // as some applications have it
        config.setMaximumPoolSize(3);
        try (HikariDataSource source = new HikariDataSource(config)) {
            Flyway.configure().dataSource(source).load().migrate();
            Jdbi.create(source).useTransaction(handle -> handle.execute("drop schema if exists trainwatch cascade"));
            TreeSet<String> before = tables(source);
            DefaultCamelContext first = context("#hostDatabase", source);
            first.start();
            first.createProducerTemplate().requestBody("trainwatch:jobs?operation=add", List.of("acme:p/one"));
            first.stop();
            assertThat(source.isClosed()).isFalse();
            for (int i = 0; i < 3; i++) {
                assertThat(tables(source)).as("no connection looks elsewhere").isEqualTo(before);
            }
            assertThat(source.getHikariPoolMXBean().getActiveConnections()).isZero();
            assertThat(tables(source)).isEqualTo(before).contains("users", "orders");
            assertThat(jobs(source)).isEqualTo(1);
            Flyway.configure().dataSource(source).load().migrate();
            DefaultCamelContext second = context("#hostDatabase", source);
            second.start();
            assertThat(second.createProducerTemplate().requestBody("trainwatch:jobs?operation=list", "", String.class))
                    .contains("acme:p/one");
            second.stop();
        }
    }

    @Test
    void whatCannotBeUsedIsSaidAtTheStart() {
        SQLiteDataSource sqlite = new SQLiteDataSource();
        sqlite.setUrl("jdbc:sqlite:" + folder.resolve("host.db"));
        assertThatThrownBy(() -> context("#hostDatabase", sqlite).start())
                .hasStackTraceContaining("Cannot open the store #hostDatabase: it is a database of SQLite")
                .hasStackTraceContaining("trainwatch.store.data-source");
        assertThatThrownBy(() -> context("#hostDatabse", sqlite).start())
                .hasStackTraceContaining("there is no javax.sql.DataSource named 'hostDatabse'")
                .hasStackTraceContaining("There is #hostDatabase.");
    }

    @Test
    void aBeanIsNoStoreOfACommand() {
        StoreSettings settings = TrainwatchSettings.read(Sources.of(Map.of(
                        "trainwatch.tenant.acme.base-url",
                        "http://127.0.0.1:1/api",
                        "trainwatch.store.data-source",
                        "#hostDatabase")))
                .get(StoreSettings.STORE);
        assertThatThrownBy(settings::open)
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("there is none here")
                .hasMessageContaining("set trainwatch.store.url");
    }

    @Test
    void aBeanAndAnUrlAreTooMuch() {
        assertThatThrownBy(() -> TrainwatchSettings.read(Sources.of(Map.of(
                        "trainwatch.store.url", "jdbc:sqlite:a.db", "trainwatch.store.data-source", "#hostDatabase"))))
                .hasMessageContaining("is set beside trainwatch.store.data-source");
    }

    private DefaultCamelContext context(String bean, DataSource source) {
        DefaultCamelContext context = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.put("trainwatch.tenant.acme.base-url", "http://127.0.0.1:1/api");
        properties.put("trainwatch.store.data-source", bean);
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("hostDatabase", source);
        return context;
    }

    private static TreeSet<String> tables(DataSource source) {
        List<String> names = Jdbi.create(source)
                .withHandle(
                        handle -> handle.createQuery(TABLES).mapTo(String.class).list());
        return new TreeSet<>(names);
    }

    private static int jobs(DataSource source) {
        return Jdbi.create(source)
                .withHandle(handle -> handle.createQuery("select count(*) from trainwatch.job")
                        .mapTo(Integer.class)
                        .one());
    }
}
