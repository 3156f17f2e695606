package io.trainwatch.watch;

import java.util.ArrayList;
import java.util.List;

/**
 * The breaches of a job that were reported: each rule once, and each reason why it led to no cancel once. Immutable; kept
 * in the row of the job as words such as {@code max-cpu/dry-run}.
 */
record ReportedBreaches(List<String> words) {

    static final ReportedBreaches NOTHING = new ReportedBreaches(List.of());

    /** More than any policy has. What is older is forgotten; the ids of events keep those from being published twice anyway. */
    private static final int MAX_WORDS = 200;

    ReportedBreaches {
        words = List.copyOf(words);
    }

    static ReportedBreaches read(String text) {
        return text == null || text.isEmpty() ? NOTHING : new ReportedBreaches(List.of(text.split(" ")));
    }

    /** Whether anything was reported of the rule. */
    boolean has(String rule) {
        return words.stream().anyMatch(word -> word.startsWith(rule + "/"));
    }

    /** @param outcome the word of what became of it */
    boolean has(String rule, String outcome) {
        return words.contains(rule + "/" + outcome);
    }

    ReportedBreaches and(String rule, String outcome) {
        if (has(rule, outcome)) {
            return this;
        }
        List<String> more = new ArrayList<>(words.subList(Math.max(0, words.size() + 1 - MAX_WORDS), words.size()));
        more.add(rule + "/" + outcome);
        return new ReportedBreaches(more);
    }

    /** The form that {@link #read} reads. */
    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
