package io.trainwatch.cli;

/** What the commands exit with. Where several apply: 13 before 12 before 10 before 11. */
public final class ExitCode {

    public static final int OK = 0;
    /** {@code audit verify}: the audit is not whole. */
    public static final int AUDIT_FAULT = 1;
    /** {@code webhook}: no such event, the target is not disabled, or it did not take the test. */
    public static final int NOT_TAKEN = 1;
    /** {@code policy test}: a job would have met something else, or a decision does not come out as recorded. */
    public static final int WOULD_DIFFER = 1;
    /** {@code policy check}: a file cannot be used. */
    public static final int POLICY_REFUSED = 1;
    /** {@code status}: the service is not ready. */
    public static final int NOT_READY = 1;
    /** {@code scenarios}, {@code demo --discover}: something else happened than was expected. */
    public static final int NOT_AS_EXPECTED = 1;
    /** Bad usage or configuration. */
    public static final int USAGE = 2;
    /** {@code audit verify}: the audit is whole, but there is a key, and no checkpoint is signed behind its last lines. */
    public static final int UNPROVEN = 3;
    /** A fault in Trainwatch. */
    public static final int SOFTWARE = 70;
    /** The database cannot be reached at the moment, such as one that is still starting. */
    public static final int LATER = 75;

    public static final int SOME_FAILED = 10;
    public static final int SOME_CANCELLED = 11;
    /** Credentials refused, job not found, or vanished. */
    public static final int SOME_UNKNOWN = 12;
    /** Still running at {@code --timeout}. */
    public static final int SOME_RUNNING = 13;

    private ExitCode() {}
}
