package io.trainwatch.cli.check;

/**
 * One thing that was looked at before it matters. Holds no secret.
 *
 * @param subject what it is about, such as {@code tenant acme}
 * @param what which part of that
 * @param finding what was found, for people
 * @param remedy what to do about it; {@code null} where there is nothing to do
 */
public record Check(String subject, String what, Status status, String finding, String remedy) {

    /** How it is. */
    public enum Status {
        OK,
        /** It works, but should be seen to. */
        WARNING,
        /** Something will not work. */
        PROBLEM,
        /** It cannot be told, or not before something else is mended. */
        UNKNOWN
    }

    public static Check ok(String subject, String what, String finding) {
        return new Check(subject, what, Status.OK, finding, null);
    }

    static Check unknown(String subject, String what, String finding) {
        return new Check(subject, what, Status.UNKNOWN, finding, null);
    }

    static Check warning(String subject, String what, String finding, String remedy) {
        return new Check(subject, what, Status.WARNING, finding, remedy);
    }

    static Check problem(String subject, String what, String finding, String remedy) {
        return new Check(subject, what, Status.PROBLEM, finding, remedy);
    }

    /** A problem that is told in sentences, the first of which says what it is. */
    static Check problem(String subject, String what, String sentences) {
        int end = sentences.indexOf(". ");
        return end < 0
                ? problem(subject, what, sentences, null)
                : problem(subject, what, sentences.substring(0, end), sentences.substring(end + 2));
    }
}
