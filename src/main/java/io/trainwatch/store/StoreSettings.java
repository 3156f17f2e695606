package io.trainwatch.store;

import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database.
 *
 * @param url {@code jdbc:sqlite:…} or {@code jdbc:postgresql:…}, without credentials; {@code jdbc:postgresql:#name} where a
 *     bean of the runtime is used
 */
public record StoreSettings(String url, Optional<String> user, Optional<Secret> password) {

    /** What the URL begins with in place of a bean's name. */
    static final String OF_BEAN = "jdbc:postgresql:#";

    public static final Section SECTION =
            new Section("Store", "Where the watch list, pending deliveries and the journal are kept.");

    private static final Setting<String> URL = SECTION.setting(
            "store.url",
            jdbcUrl(),
            "jdbc:sqlite:data/trainwatch.db",
            "The database; PostgreSQL lets several nodes share the work, and on another machine wants"
                    + " `?sslmode=verify-full`: see [security](security.md#postgresql).");
    private static final Setting<String> USER =
            SECTION.optional("store.user", ValueType.text(), "The user of the database.");
    private static final Setting<Secret> PASSWORD =
            SECTION.optional("store.password", ValueType.secretText(), "The password of that user.");

    private static final Setting<String> DATA_SOURCE = SECTION.optional(
            "store.data-source",
            ValueType.of("`#` and the name of a bean", StoreSettings::bean),
            "In place of `store.url`, inside another runtime: its `javax.sql.DataSource` for PostgreSQL, such as"
                    + " `#dataSource`; see [embedding](embedding.md#the-database-of-the-application).");

    public static final Part<StoreSettings> STORE = SECTION.part(StoreSettings::read);

    private static final Pattern CREDENTIALS = Pattern.compile("(?i)[?&;](user|password)=|//[^/]*@");
    private static final Pattern POSTGRESQL_SERVERS = Pattern.compile("jdbc:postgresql://([^/?]*)");
    /** What the driver takes for more than "encrypted where the server likes". */
    private static final Pattern ENCRYPTED =
            Pattern.compile("[?&](sslmode=(require|verify-ca|verify-full)|ssl=(true)?)(&|$)");

    /** @throws StoreUnavailable where it cannot be used */
    public Store open() {
        return Store.open(url, user.orElse(null), password.map(Secret::reveal).orElse(null));
    }

    /**
     * Opens one that is there already: a command that looks into it makes none.
     *
     * @throws SettingsException where there is none
     * @throws StoreUnavailable where it cannot be used
     */
    public Store openExisting() {
        Store.fileOf(url).filter(file -> !Files.exists(file)).ifPresent(file -> {
            throw new SettingsException(
                    List.of(
                            new Problem(
                                    URL.pattern(),
                                    Optional.empty(),
                                    "there is no store " + file,
                                    "Run the command in the folder in which the service runs, or give it the service's properties by -c.")));
        });
        return open();
    }

    /** Says what is there, and changes nothing; see {@link Store#inspect}. */
    public String inspect() {
        return Store.inspect(
                url, user.orElse(null), password.map(Secret::reveal).orElse(null));
    }

    /** Begins to open it; see {@link Store#openInBackground}. */
    public Store openInBackground() {
        return Store.openInBackground(
                url, user.orElse(null), password.map(Secret::reveal).orElse(null));
    }

    /** The URL without its query, or the bean. */
    public String shown() {
        return bean().map(name -> "#" + name).orElseGet(() -> url.replaceFirst("\\?.*", ""));
    }

    /** The name of the runtime's bean that is the database. */
    public Optional<String> bean() {
        return url.startsWith(OF_BEAN) ? Optional.of(url.substring(OF_BEAN.length())) : Optional.empty();
    }

    /** Reads it, whatever else the values hold. */
    public static StoreSettings read(Values values) {
        Optional<String> bean = values.find(DATA_SOURCE);
        if (bean.isPresent()) {
            if (values.isSet(URL, "")) {
                values.report(URL.pattern(), "is set beside " + DATA_SOURCE.pattern(), "Keep one of them.");
            }
            return new StoreSettings(OF_BEAN + bean.get(), Optional.empty(), Optional.empty());
        }
        String url = values.get(URL);
        if (mayBePlain(url)) {
            values.warn(
                    URL.pattern() + " leads to PostgreSQL on another machine without sslmode, so the connection may be"
                            + " unencrypted. Add ?sslmode=verify-full (or at least sslmode=require); see docs/security.md");
        }
        return new StoreSettings(url, values.find(USER), values.find(PASSWORD));
    }

    /**
     * Whether it is a PostgreSQL server on another machine whose connections may be plain text, or to somebody who only says
     * that it is that server.
     */
    private static boolean mayBePlain(String url) {
        Matcher server = POSTGRESQL_SERVERS.matcher(url);
        boolean isElsewhere = server.lookingAt()
                && Arrays.stream(server.group(1).split(","))
                        .map(host -> host.replaceFirst(":\\d+$", ""))
                        .anyMatch(host -> !host.isEmpty() && !Addresses.isLoopback(host));
        return isElsewhere && !ENCRYPTED.matcher(url).find();
    }

    private static String bean(String text) {
        if (!text.matches("#[^#\\s]+")) {
            throw new UnreadableValue("is no name of a bean", "Write one such as #dataSource.");
        }
        return text.substring(1);
    }

    /** A JDBC URL of SQLite or PostgreSQL. Credentials in it are refused, since they would be shown with it. */
    private static ValueType<String> jdbcUrl() {
        return ValueType.of("`jdbc:sqlite:…` or `jdbc:postgresql:…`", text -> {
            if (CREDENTIALS.matcher(text).find()) {
                throw new UnreadableValue(
                                "carries a user name or a password",
                                "Give them as trainwatch.store.user and trainwatch.store.password.")
                        .confidential();
            }
            if (!text.matches("jdbc:(sqlite|postgresql):.+")) {
                throw new UnreadableValue(
                        "is not the JDBC URL of a database that can be used",
                        "Write jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE.");
            }
            return text;
        });
    }
}
