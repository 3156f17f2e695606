package io.trainwatch.settings;

/** The page {@code docs/configuration.md}, made from the schema. */
public final class ConfigurationPage {

    private static final String INTRO = """
            # Configuration

            <!-- Made from the settings. To renew: mvn -q test -Dtest=ConfigurationPageTest -Dtrainwatch.renew=true -->

            Trainwatch reads the file given by `-c` (UTF-8) and the distribution's `application.properties`, or without \
            `-c` that of the working folder, if there is one; the environment counts before `-c`, and `-c` before the \
            other. Of a file of the working folder that `-c` does not name, no `camel.*` key and no \
            `trainwatch.routes.directory` is taken ([why](security.md)). It checks everything at the start and reports all problems at once, a line for each. \
            A key that begins with `trainwatch.` and is not on this page is a problem.

            ## How values are written

            | type | form |
            |---|---|
            | duration | a number with a unit: `250ms`, `15s`, `2m`, `1h`, `7d`; or ISO-8601: `PT1M30S` |
            | size | a number with a unit: `512B`, `64KiB`, `1MiB` |
            | percent | digits alone: `95`, `99.5` |
            | URL | `http` or `https`, without user, query and fragment; that of a webhook may have a query |
            | names of tenants and webhooks | 1 to 64 letters, digits, `_` or `-`; they must differ in more than case |

            A value may hold placeholders:

            | placeholder | stands for |
            |---|---|
            | `{{env:NAME}}` | an environment variable |
            | `{{file:/run/secrets/name}}` | the contents of a file of at most 64 KiB, without the newline at its end |
            | `{{other.key}}` | the value of another key, or its default |

            An environment variable that is listed below overrides its key. `<ALIAS>` and `<NAME>` stand for the \
            configured name in capitals with `_` for `-`; a name that is configured nowhere else is taken in lower case.

            With the profile `prod`, a secret in plain text in a file that its group or others can read is refused.

            In routes, `{{trainwatch.poll.tick}}` and every other key with a value, but for secrets, is a placeholder. \
            There, durations are milliseconds and sizes are bytes, both in digits alone.
            """;

    private ConfigurationPage() {}

    /** The whole page, with {@code \n} at the end of every line. */
    public static String markdown(Schema schema) {
        StringBuilder page = new StringBuilder(INTRO);
        for (Section section : schema.sections()) {
            page.append("\n## ").append(section.title()).append("\n\n");
            page.append(section.intro()).append("\n\n");
            page.append("| key | type | default | meaning | environment variable |\n|---|---|---|---|---|\n");
            section.settings().forEach(setting -> page.append(row(setting)));
        }
        return page.toString();
    }

    private static String row(Setting<?> setting) {
        String without = setting.required() ? "required" : "-";
        String defaultText = setting.defaultText().map(text -> "`" + text + "`").orElse(without);
        return "| `%s` | %s | %s | %s | `%s` |\n"
                .formatted(
                        setting.pattern(),
                        setting.type().label(),
                        defaultText,
                        setting.meaning(),
                        setting.environmentName());
    }
}
