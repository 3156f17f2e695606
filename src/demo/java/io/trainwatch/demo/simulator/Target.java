package io.trainwatch.demo.simulator;

/**
 * What a request is for, as its method and path say.
 *
 * @param project {@code null} where the path names none
 * @param job {@code null} where the path names none
 */
record Target(RequestKind kind, String project, JobAddress job) {

    static final String BASE = "/api/v2";

    private static final Target UNKNOWN = new Target(RequestKind.OTHER, null, null);

    static Target of(String method, String path) {
        if (!path.startsWith(BASE + "/")) {
            return UNKNOWN;
        }
        String[] parts = path.substring(BASE.length() + 1).split("/", -1);
        if (method.equals("POST") && parts.length == 2 && parts[0].equals("oauth") && parts[1].equals("token")) {
            return new Target(RequestKind.TOKEN, null, null);
        }
        if (!parts[0].equals("projects") || parts.length < 2) {
            return UNKNOWN;
        }
        if (parts.length == 2 && method.equals("GET")) {
            return new Target(RequestKind.PROJECT, parts[1], null);
        }
        if (parts.length < 5 || !parts[2].equals("ai") || !parts[3].equals("train")) {
            return UNKNOWN;
        }
        JobAddress job = new JobAddress(parts[1], parts[4]);
        if (parts.length == 5 && method.equals("DELETE")) {
            return new Target(RequestKind.CANCEL, parts[1], job);
        }
        if (parts.length == 6 && parts[5].equals("status") && method.equals("GET")) {
            return new Target(RequestKind.STATUS, parts[1], job);
        }
        return UNKNOWN;
    }
}
