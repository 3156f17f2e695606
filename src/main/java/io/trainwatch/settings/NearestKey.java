package io.trainwatch.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Guesses which key was meant by one that does not exist.
 *
 * <p>Only letters and digits are compared, in lower case: {@code poll-interval}, {@code pollInterval} and
 * {@code poll.interval} are the same to it.
 */
final class NearestKey {

    private NearestKey() {}

    /** The nearest key, with the name of the tenant or webhook that stands in the unknown one; empty if none is near. */
    static Optional<String> to(String unknown) {
        String written = letters(unknown);
        String nearest = null;
        double least = Spelling.TOLERANCE;
        for (String candidate : candidates(unknown)) {
            String compared = letters(candidate.replaceAll("<[a-z]+>", ""));
            double share = (double) Spelling.distance(written, compared) / (written.length() + compared.length());
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
        return Spelling.letters(key.startsWith(Keys.PREFIX) ? key.substring(Keys.PREFIX.length()) : key);
    }
}
