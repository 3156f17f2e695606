package io.trainwatch.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A policy that cannot be used; its message has all that is wrong with it, in one line. */
public final class InvalidPolicy extends IllegalArgumentException {

    private static final int MOST_TOLD = 20;

    private final transient List<PolicyProblem> problems;

    InvalidPolicy(List<PolicyProblem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    InvalidPolicy(PolicyProblem problem) {
        this(List.of(problem));
    }

    /** In the order of the file; at least one. */
    public List<PolicyProblem> problems() {
        return problems;
    }

    private static String message(List<PolicyProblem> problems) {
        String told = problems.stream()
                .limit(MOST_TOLD)
                .map(PolicyProblem::toString)
                .collect(Collectors.joining("; "))
                .replace(".; ", "; "); // some are sentences
        int more = problems.size() - MOST_TOLD;
        return more > 0 ? told + "; and " + more + " more" : told;
    }
}
