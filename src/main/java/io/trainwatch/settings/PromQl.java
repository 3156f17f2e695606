package io.trainwatch.settings;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of values that are parts of PromQL. The query language itself is left to Prometheus. */
final class PromQl {

    private static final Set<String> VARIABLES = Set.of("tenant", "project", "job");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int LONGEST = 4_000;

    private PromQl() {}

    /** A query in which {@code $tenant}, {@code $project} and {@code $job} stand for those of a job. */
    static ValueType<String> query() {
        return ValueType.of("PromQL", text -> {
            Matcher variable = VARIABLE.matcher(text);
            while (variable.find()) {
                if (!VARIABLES.contains(variable.group(1)) || variable.group().contains("{")) {
                    throw new UnreadableValue(
                            "names " + variable.group() + ", which stands for nothing",
                            "Write $tenant, $project or $job.");
                }
            }
            if (text.length() > LONGEST) {
                throw new UnreadableValue(
                        "is longer than " + LONGEST + " characters", "Make it a recording rule, and ask for that.");
            }
            return ValueType.text().read(text);
        });
    }

    static ValueType<String> label() {
        return ValueType.of("name of a label", text -> {
            if (!LABEL.matcher(text).matches()) {
                throw new UnreadableValue("is not the name of a label", "Write one such as job_id.");
            }
            return text;
        });
    }
}
