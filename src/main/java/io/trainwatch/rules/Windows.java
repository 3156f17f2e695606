package io.trainwatch.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The windows of a limit that warns soon and cancels late, or does one of the two. Written as one window, which cancels, or
 * {@code warn cusum early, cancel cusum late}.
 *
 * @param warn empty for one that does not warn
 * @param cancel empty for one that never cancels
 */
public record Windows(Optional<Window> warn, Optional<Window> cancel) {

    /** What counts for percentages where a policy says nothing. */
    public static final Windows DEFAULT = new Windows(Optional.of(Window.EARLY), Optional.of(Window.LATE));

    /** The warm-up of windows that warn. */
    public static final Duration WARM_UP = Duration.ofMinutes(5);

    private static final String WARN = "warn ";
    private static final String CANCEL = "cancel ";
    private static final String WARNING = "-warning";

    /** Makes a rule of what is different in the two. */
    public interface Making {
        Rule of(String id, Level level, Window window);
    }

    /** Windows of a limit that does not warn. */
    public static Windows cancelling(Window cancel) {
        return new Windows(Optional.empty(), Optional.of(cancel));
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException with a message that ends the sentence "'…' …"
     */
    public static Windows parse(String text) {
        Optional<Window> warn = Optional.empty();
        Optional<Window> cancel = Optional.empty();
        for (String part : text.split(",")) {
            String words = part.strip();
            if (words.startsWith(WARN) && warn.isEmpty()) {
                warn = Optional.of(Window.parse(words.substring(WARN.length())));
            } else if (cancel.isEmpty()) {
                cancel = Optional.of(Window.parse(words.startsWith(CANCEL) ? words.substring(CANCEL.length()) : words));
            } else {
                throw new IllegalArgumentException("gives two windows for one thing");
            }
        }
        return new Windows(warn, cancel);
    }

    /**
     * For how long from the start of its run a job is not judged, where nobody says: who gives one window to cancel by has
     * every reading count.
     */
    public Duration usualWarmUp() {
        return warn.isPresent() ? WARM_UP : Duration.ZERO;
    }

    /**
     * A rule that warns, one that cancels, or both; of two, the one that warns is named after the other.
     *
     * @param id of the limit
     */
    public List<Rule> rules(String id, Making making) {
        List<Rule> rules = new ArrayList<>();
        warn.ifPresent(window -> rules.add(making.of(cancel.isPresent() ? id + WARNING : id, Level.WARN, window)));
        cancel.ifPresent(window -> rules.add(making.of(id, Level.CANCEL, window)));
        return rules;
    }

    @Override
    public String toString() {
        if (warn.isEmpty()) {
            return cancel.map(Window::toString).orElse("");
        }
        return WARN + warn.get() + cancel.map(window -> ", " + CANCEL + window).orElse("");
    }
}
