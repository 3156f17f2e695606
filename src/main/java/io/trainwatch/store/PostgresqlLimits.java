package io.trainwatch.store;

import com.zaxxer.hikari.HikariConfig;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long a connection to PostgreSQL waits for what may never come: each time is shorter than the default lease.
 *
 * <p>What the URL names itself is left as it is there: the driver's parameters by their names, those of the session in
 * {@code options}, such as {@code options=-c%20statement_timeout=60s}.
 */
final class PostgresqlLimits {

    /** Of the driver, in seconds: a host that lost its power sends nothing, not even that it is gone. */
    private static final Map<String, String> OF_DRIVER =
            Map.of("connectTimeout", "5", "loginTimeout", "5", "socketTimeout", "15", "tcpKeepAlive", "true");

    /** Of the session. A node that is cut off within a transaction must not keep its rows from all the others. */
    private static final Map<String, String> OF_SESSION = ofSession();

    private static final long CONNECTION_MILLIS = 10_000;

    private PostgresqlLimits() {}

    private static Map<String, String> ofSession() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("statement_timeout", "10s");
        settings.put("lock_timeout", "5s");
        settings.put("idle_in_transaction_session_timeout", "10s");
        settings.put("default_transaction_isolation", "read committed");
        return settings;
    }

    /** A migration takes its time, and the lock around it is idle meanwhile. */
    static HikariConfig lift(HikariConfig config) {
        config.setConnectionInitSql(
                "set statement_timeout = 0; set lock_timeout = 0;" + " set idle_in_transaction_session_timeout = 0");
        return config;
    }

    static void apply(HikariConfig config) {
        OF_DRIVER.forEach(config::addDataSourceProperty); // what the URL says goes before it
        config.setConnectionInitSql(sessionSql(config.getJdbcUrl()));
        config.setConnectionTimeout(CONNECTION_MILLIS);
    }

    /** {@code null} where the URL names them all. */
    static String sessionSql(String url) {
        String named = URLDecoder.decode(url.replace("+", "%2B"), StandardCharsets.UTF_8);
        String sql = OF_SESSION.entrySet().stream()
                .filter(setting -> !named.contains(setting.getKey()))
                .map(setting -> "set " + setting.getKey() + " = '" + setting.getValue() + "'")
                .collect(Collectors.joining("; "));
        return sql.isEmpty() ? null : sql;
    }
}
