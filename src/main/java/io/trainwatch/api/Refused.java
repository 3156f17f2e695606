package io.trainwatch.api;

/** What is asked for cannot be had, though nothing failed; the message is for the caller. */
public final class Refused extends RuntimeException {

    private final int status;

    Refused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static Refused nothingHere() {
        return new Refused(404, JsonAnswer.JsonErrors.NOTHING_HERE);
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }
}
