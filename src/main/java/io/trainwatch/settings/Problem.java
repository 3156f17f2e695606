package io.trainwatch.settings;

import io.trainwatch.text.SafeText;
import java.util.Optional;

/**
 * One thing that is wrong with the configuration.
 *
 * @param key the key (or the file, or the environment variable) that it is about
 * @param origin where the value stands, such as {@code my.properties line 12}; empty where it stands nowhere
 * @param what what is wrong; never holds the value of a secret
 * @param advice what to do about it
 */
public record Problem(String key, Optional<String> origin, String what, String advice) {

    private static final int MAX_SHOWN = 80;

    /** One line: {@code trainwatch.poll.interval (my.properties line 3): '15' has no unit. Write …}. */
    public String line() {
        String line = key + origin.map(place -> " (" + place + ")").orElse("") + ": " + what + ". " + advice;
        return SafeText.of(line);
    }

    /** The text in quotes, cut to 80 characters. */
    public static String quoted(String text) {
        return "'" + SafeText.cut(text, MAX_SHOWN) + "'";
    }
}
