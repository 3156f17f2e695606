package io.trainwatch.http;

import java.util.List;

/**
 * Somebody who is called, and how.
 *
 * @param client the name of the client that is used, see {@link Clients}
 * @param secrets what is hidden wherever it comes back
 * @param publicOnly whether connections are made to public addresses only
 */
public record Callee(Kind kind, String client, Limits limits, TlsFiles tls, List<String> secrets, boolean publicOnly) {

    /** Who it is. */
    public enum Kind {
        TENANT,
        PROMETHEUS,
        RECEIVER,
        /** This process, or another Trainwatch on this machine; never by a proxy. */
        ITSELF,
        OTHER
    }

    public Callee {
        secrets = List.copyOf(secrets);
    }

    /** A header's value without the name of a scheme before it: the part that is the secret. */
    public static String secretOf(String headerValue) {
        return headerValue.replaceFirst("(?i)^(Bearer|Basic|Token) +", "");
    }

    Callee with(Limits others) {
        return new Callee(kind, client, others, tls, secrets, publicOnly);
    }
}
