package io.trainwatch.settings;

import java.util.Locale;
import java.util.Optional;

/**
 * Guesses which key was meant by one that does not exist.
 *
 * <p>Only letters and digits are compared, in lower case: {@code poll-interval}, {@code pollInterval} and
 * {@code poll.interval} are the same to it.
 */
final class NearestKey {

    /** At most this share of the longer text may differ; more is no mistype but something else. */
    private static final double TOLERANCE = 0.42;

    private NearestKey() {}

    /** The nearest key, with the name of the tenant or webhook that stands in the unknown one; empty if none is near. */
    static Optional<String> to(String unknown) {
        String written = letters(unknown);
        String nearest = null;
        double least = TOLERANCE;
        for (Setting<?> setting : Keys.ALL) {
            String candidate = setting.isPerName() ? setting.key(nameIn(unknown, setting)) : setting.pattern();
            // With no name written, none is compared, so that a forgotten name is recognised as well.
            String compared = letters(candidate.replaceAll("<[a-z]+>", ""));
            double share = (double) distance(written, compared) / Math.max(written.length(), compared.length());
            if (share < least) {
                least = share;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The third part of {@code trainwatch.tenant.acme.clientid}, otherwise the placeholder of the pattern. */
    private static String nameIn(String unknown, Setting<?> setting) {
        String[] parts = unknown.split("\\.");
        return parts.length > 3 ? parts[2] : setting.pattern().split("\\.")[2];
    }

    private static String letters(String key) {
        String withoutPrefix = key.startsWith(Keys.PREFIX) ? key.substring(Keys.PREFIX.length()) : key;
        return withoutPrefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
