package io.trainwatch.settings;

/** A text is not a value of the wanted type. Becomes a {@link Problem} once the key and its origin are known. */
public final class UnreadableValue extends IllegalArgumentException {

    private final String advice;
    private final boolean confidential;

    private UnreadableValue(String what, String advice, boolean confidential) {
        super(what);
        this.advice = advice;
        this.confidential = confidential;
    }

    /**
     * @param what a predicate whose subject is the value: {@code has no unit}
     * @param advice a sentence that says what to write instead
     */
    public UnreadableValue(String what, String advice) {
        this(what, advice, false);
    }

    /** The same for a value that may carry a password and must not be shown, such as a URL with user information. */
    public UnreadableValue confidential() {
        return new UnreadableValue(getMessage(), advice, true);
    }

    String advice() {
        return advice;
    }

    boolean isConfidential() {
        return confidential;
    }
}
