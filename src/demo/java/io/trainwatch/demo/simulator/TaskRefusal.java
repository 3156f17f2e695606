package io.trainwatch.demo.simulator;

/** A request to the {@code tasks} API that is answered with an error. */
final class TaskRefusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;

    TaskRefusal(int status, String detail) {
        this(status, 0, detail);
    }

    /** With another code than the usual one of the status. */
    TaskRefusal(int status, int code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    Answer answer(String path) {
        return code == 0 ? TaskErrors.of(status, getMessage(), path) : TaskErrors.of(status, code, getMessage(), path);
    }
}
