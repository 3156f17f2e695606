package io.trainwatch.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A policy that cannot be used; its message has all that is wrong with it, in one line. */
public final class InvalidPolicy extends IllegalArgumentException {

    private static final int MAX_SHOWN = 20;

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
        String shown = problems.stream()
                .limit(MAX_SHOWN)
                .map(PolicyProblem::toString)
                .collect(Collectors.joining("; "))
                .replace(".; ", "; "); // some are sentences
        int more = problems.size() - MAX_SHOWN;
        return more > 0 ? shown + "; and " + more + " more" : shown;
    }
}
