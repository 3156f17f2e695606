package io.trainwatch.job;

import io.trainwatch.text.SafeText;
import java.util.regex.Pattern;

/**
 * Names one training job: the alias of its tenant, its project and its id at the tenant.
 *
 * <p>Every part matches {@code [A-Za-z0-9_-]{1,128}}, so a key is safe in a URL path, a file name and a log line as it
 * is. Written {@code tenant:project/job}, which is also its primary key in the store.
 *
 * @throws IllegalArgumentException where a part does not match; the message names the part
 */
public record JobKey(String tenant, String project, String job) {

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    public JobKey {
        check("tenant", tenant);
        check("project", project);
        check("job", job);
    }

    /**
     * Reads {@code [tenant:]project/job}.
     *
     * @param defaultTenant the tenant where the text names none; {@code null} where there is no obvious one
     * @throws IllegalArgumentException with a message that says what is wrong with the text
     */
    public static JobKey parse(String text, String defaultTenant) {
        String rest = text.strip();
        int colon = rest.indexOf(':');
        String tenant = colon < 0 ? defaultTenant : rest.substring(0, colon);
        rest = rest.substring(colon + 1);
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "'" + bounded(text.strip()) + "' is not of the form [tenant:]project/job");
        }
        if (tenant == null) {
            throw new IllegalArgumentException("'" + bounded(text.strip())
                    + "' names no tenant, and there is more than one: write tenant:project/job");
        }
        return new JobKey(tenant, rest.substring(0, slash), rest.substring(slash + 1));
    }

    /** Whether the text may be a part of a key. */
    public static boolean isSafe(String part) {
        return part != null && SAFE.matcher(part).matches();
    }

    private static void check(String name, String part) {
        if (!isSafe(part)) {
            throw new IllegalArgumentException("the " + name + " '" + bounded(part)
                    + "' is not an id: 1 to 128 letters, digits, '_' or '-' are allowed");
        }
    }

    private static String bounded(String text) {
        return SafeText.bounded(String.valueOf(text), 140);
    }

    @Override
    public String toString() {
        return tenant + ":" + project + "/" + job;
    }
}
