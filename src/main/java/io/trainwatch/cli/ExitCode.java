package io.trainwatch.cli;

/** What the commands exit with. Where several apply: 13 before 12 before 10 before 11. */
final class ExitCode {

    static final int OK = 0;
    /** {@code audit verify}: the audit is not whole. */
    static final int AUDIT_FAULT = 1;
    /** {@code webhook}: no such event, the target is not disabled, or it did not take the test. */
    static final int NOT_TAKEN = 1;
    /** {@code policy test}: a job would have met something else, or a decision does not come out as recorded. */
    static final int WOULD_DIFFER = 1;
    /** {@code policy check}: a file cannot be used. */
    static final int POLICY_REFUSED = 1;
    /** {@code scenarios}, {@code demo --discover}: something else happened than was expected. */
    static final int NOT_AS_EXPECTED = 1;
    /** Bad usage or configuration. */
    static final int USAGE = 2;
    /** {@code audit verify}: the audit is whole, but there is a key, and no checkpoint is signed behind its last lines. */
    static final int UNPROVEN = 3;
    /** A fault in Trainwatch. */
    static final int SOFTWARE = 70;

    static final int SOME_FAILED = 10;
    static final int SOME_CANCELLED = 11;
    /** Credentials refused, job not found, or vanished. */
    static final int SOME_UNKNOWN = 12;
    /** Still running at {@code --timeout}. */
    static final int SOME_RUNNING = 13;

    private ExitCode() {}
}
