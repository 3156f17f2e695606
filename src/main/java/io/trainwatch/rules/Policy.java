package io.trainwatch.rules;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The limits that a job must keep.
 *
 * @param autoCancel whether a job that breaks a rule of level {@link Level#CANCEL} is cancelled; else it is only reported
 * @param gap the longest time between two looks that still follow each other, 1 minute unless given; where looks are
 *     further apart, nobody knows what the job did, and windows begin anew
 * @param rules in the order in which they are asked; at most {@value #MAX_RULES}, each with an id of its own
 */
public record Policy(boolean autoCancel, Duration gap, List<Rule> rules) {

    /** Twice what a file may hold: a rule that warns and cancels is two. */
    static final int MAX_RULES = 64;

    private static final Duration DEFAULT_GAP = Duration.ofMinutes(1);
    private static final int MISSED_LOOKS = 4;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    public Policy {
        gap = Arguments.or(gap, DEFAULT_GAP);
        Arguments.positive("gap", gap);
        rules = List.copyOf(rules);
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("a policy has at most " + MAX_RULES + " rules, not " + rules.size());
        }
        Set<String> ids = new HashSet<>();
        for (Rule rule : rules) {
            if (!ID.matcher(rule.id()).matches()) {
                throw new IllegalArgumentException(
                        "'" + rule.id() + "' is not an id: 1 to 128 letters, digits, '_', '.'" + " or '-' are allowed");
            }
            if (!ids.add(rule.id())) {
                throw new IllegalArgumentException(
                        "two rules have the id '" + rule.id() + "': give one of them another");
            }
        }
    }

    /** The gap for jobs that are looked at this often: a few looks may fail, and the next still follows them. */
    public static Duration gapFor(Duration interval) {
        Duration few = interval.multipliedBy(MISSED_LOOKS);
        return few.compareTo(DEFAULT_GAP) > 0 ? few : DEFAULT_GAP;
    }
}
