package io.trainwatch.preflight;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** What it means that no connection could be made, and what to do about it. */
final class Unreachable {

    private Unreachable() {}

    /** @param key the setting that holds the URL */
    static Check check(String subject, String what, URI url, String key, IOException thrown) {
        String place = Connection.place(url);
        if (thrown instanceof UnknownHostException) {
            return thrown.getClass() == UnknownHostException.class
                    ? problem(
                            subject,
                            what,
                            "the name " + url.getHost() + " is not known",
                            "Check " + key + " and the DNS.")
                    : problem(
                            subject,
                            what,
                            url.getHost() + " has an address that is not public",
                            "Set .public-only=false for it, if it is meant to be inside this network.");
        }
        if (thrown instanceof SSLException tls) {
            return ofTls(subject, what, place, key, tls);
        }
        if (thrown instanceof SocketTimeoutException) {
            return problem(
                    subject,
                    what,
                    place + " does not answer",
                    "Check " + key + ", and whether a firewall or a proxy is in between.");
        }
        if (thrown instanceof ConnectException || thrown instanceof NoRouteToHostException) {
            return problem(
                    subject,
                    what,
                    "nothing listens at " + place,
                    "Check " + key + ", and that it runs and may be reached.");
        }
        return problem(
                subject,
                what,
                "no connection to " + place + " (" + thrown.getClass().getSimpleName() + ")",
                "Check " + key + " and the network.");
    }

    private static Check ofTls(String subject, String what, String place, String key, SSLException thrown) {
        String text = String.valueOf(thrown.getMessage());
        if (isCausedBy(thrown, CertificateExpiredException.class)
                || isCausedBy(thrown, CertificateNotYetValidException.class)) {
            return problem(
                    subject,
                    what,
                    "the certificate of " + place + " is not valid today",
                    "Have it renewed, and check the clock of this machine.");
        }
        if (text.contains("certification path") || text.contains("PKIX")) {
            return problem(
                    subject,
                    what,
                    "the certificate of " + place + " is signed by nobody whom this Java trusts",
                    "Import the signer into a trust store and name that in TRAINWATCH_JAVA_OPTS:"
                            + " -Djavax.net.ssl.trustStore=FILE.");
        }
        if (text.contains("No subject alternative") || text.contains("No name matching")) {
            return problem(
                    subject,
                    what,
                    "the certificate of " + place + " is for another name",
                    "Write the name that it is for into " + key + ".");
        }
        if (text.contains("Unsupported or unrecognized SSL message")) {
            return problem(
                    subject,
                    what,
                    place + " speaks no TLS",
                    "Check the port in " + key + ", and whether http is meant.");
        }
        return problem(
                subject,
                what,
                "the TLS handshake with " + place + " fails ("
                        + thrown.getClass().getSimpleName() + ")",
                "Check which versions of TLS it offers, and whether a proxy is in between.");
    }

    private static Check problem(String subject, String what, String finding, String remedy) {
        return Check.problem(subject, what, finding, remedy);
    }

    private static boolean isCausedBy(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
