package io.trainwatch.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Guesses which key was meant by one that does not exist.
 *
 * <p>Only letters and digits are compared, in lower case: {@code poll-interval}, {@code pollInterval} and
 * {@code poll.interval} are the same to it.
 */
final class NearestKey {

    /** At most this share of the letters of both texts may be extra; more is no mistype but something else. */
    private static final double TOLERANCE = 0.35;

    private NearestKey() {}

    /** The nearest key, with the name of the tenant or webhook that stands in the unknown one; empty if none is near. */
    static Optional<String> to(String unknown) {
        String written = letters(unknown);
        String nearest = null;
        double least = TOLERANCE;
        for (String candidate : candidates(unknown)) {
            String compared = letters(candidate.replaceAll("<[a-z]+>", ""));
            double share = (double) distance(written, compared) / (written.length() + compared.length());
            if (share < least) {
                least = share;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * Every key as it is documented, which finds a forgotten name, and those with a name once more with the third part of
     * the unknown key, such as {@code acme} in {@code trainwatch.tenant.acme.clientid}.
     */
    private static List<String> candidates(String unknown) {
        String[] parts = unknown.split("\\.");
        List<String> candidates = new ArrayList<>();
        for (Setting<?> setting : Keys.ALL) {
            candidates.add(setting.pattern());
            if (setting.isPerName() && parts.length > 3) {
                candidates.add(setting.key(parts[2]));
            }
        }
        return candidates;
    }

    private static String letters(String key) {
        String withoutPrefix = key.startsWith(Keys.PREFIX) ? key.substring(Keys.PREFIX.length()) : key;
        return withoutPrefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /**
     * Letters to insert, to remove, or to swap with their neighbour.
     *
     * <p>One that is replaced counts as two, so that {@code url} is nearer to {@code base-url} than to {@code api}.
     */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                } else if (a.charAt(i - 1) == b.charAt(j - 1)) {
                    d[i][j] = d[i - 1][j - 1];
                } else {
                    d[i][j] = Math.min(d[i - 1][j], d[i][j - 1]) + 1;
                }
                if (endsSwapped(a, i, b, j)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    private static boolean endsSwapped(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
