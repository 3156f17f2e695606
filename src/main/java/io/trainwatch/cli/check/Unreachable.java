package io.trainwatch.cli.check;

import io.trainwatch.errors.NoAnswer;
import io.trainwatch.errors.Words;
import io.trainwatch.settings.Addresses;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;

/** What it means that no connection could be made, and what to do about it. */
final class Unreachable {

    private Unreachable() {}

    private record Trouble(String finding, String remedy) {}

    /** @param key the setting that holds the URL */
    static Check check(String subject, String what, URI url, String key, IOException thrown) {
        String place = Connection.place(url);
        String side = key.replaceFirst("[^.]*$", "");
        Trouble trouble = switch (NoAnswer.of(thrown)) {
            case UNKNOWN_NAME ->
                thrown.getClass() == UnknownHostException.class
                        ? new Trouble(
                                "the name " + Addresses.hostOf(url) + " is not known", "Check " + key + " and the DNS.")
                        : new Trouble(
                                Addresses.hostOf(url) + " has an address that is not public",
                                "Set .public-only=false for it, if it is meant to be inside this network.");
            case CERTIFICATE_DATED ->
                new Trouble(
                        "the certificate of " + place + " is not valid today",
                        "Have it renewed, and check the clock of this machine.");
            case CERTIFICATE_UNTRUSTED ->
                new Trouble(
                        "the certificate of " + place + " is signed by nobody whom this Java trusts",
                        "Name a file with the signer's certificate in " + side + "truststore, or for all sides a trust"
                                + " store in TRAINWATCH_JAVA_OPTS: -Djavax.net.ssl.trustStore=FILE.");
            case CERTIFICATE_OF_ANOTHER ->
                new Trouble(
                        "the certificate of " + place + " is for another name",
                        "Write the name that it is for into " + key + ".");
            case WITHOUT_TLS ->
                new Trouble(place + " speaks no TLS", "Check the port in " + key + ", and whether http is meant.");
            case TLS ->
                new Trouble(
                        "the TLS handshake with " + place + " fails",
                        "Check which versions of TLS it offers, whether it wants a certificate (" + side
                                + "client-certificate), and whether a proxy is in between.");
            case NO_CONNECTION_IN_TIME, TIMED_OUT ->
                new Trouble(
                        place + " does not answer",
                        "Check " + key + ", and whether a firewall or a proxy is in between.");
            case NO_ROUTE, REFUSED ->
                new Trouble("nothing listens at " + place, "Check " + key + ", and that it runs and may be reached.");
            case BROKEN_OFF, HEAD_TOO_LONG, NOT_DECOMPRESSED, NO_HTTP, OTHER ->
                new Trouble(
                        "no connection to " + place + " (" + Words.why(thrown) + ")",
                        "Check " + key + " and the network.");
        };
        return Check.problem(subject, what, trouble.finding(), trouble.remedy());
    }
}
