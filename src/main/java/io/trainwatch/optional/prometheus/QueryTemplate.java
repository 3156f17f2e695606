package io.trainwatch.optional.prometheus;

import io.trainwatch.job.JobKey;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PromQL query with {@code $tenant}, {@code $project} and {@code $job} in label values, in single or double quotes.
 *
 * <p>Ids consist of letters, digits, {@code _} and {@code -}, which mean nothing in a quoted label value, nor in a regular
 * expression there. Should an id ever hold anything else, it is written as an escape of PromQL, which no quote and no
 * backslash survives.
 */
final class QueryTemplate {

    private static final Pattern NAME = Pattern.compile("\\$(tenant|project|job)\\b");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9_-]");

    private QueryTemplate() {}

    static String fill(String template, JobKey job) {
        return NAME.matcher(template)
                .replaceAll(name -> Matcher.quoteReplacement(escaped(
                        switch (name.group(1)) {
                            case "tenant" -> job.tenant();
                            case "project" -> job.project();
                            default -> job.job();
                        })));
    }

    /** As the characters of a quoted PromQL string, whose escapes are those of Go. */
    static String escaped(String value) {
        return NOT_PLAIN
                .matcher(value)
                .replaceAll(found -> Matcher.quoteReplacement(
                        String.format("\\U%08x", found.group().codePointAt(0))));
    }
}
