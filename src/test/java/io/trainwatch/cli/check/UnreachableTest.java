package io.trainwatch.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.URI;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class UnreachableTest {

    @Test
    void eachFaultOfTlsHasARemedyOfItsOwn() {
        assertThat(describe(tls("PKIX path building failed: unable to find valid certification path", null)))
                .contains("signed by nobody whom this Java trusts", "trustStore");
        assertThat(describe(tls("PKIX path validation failed", new CertificateExpiredException("x"))))
                .contains("not valid today", "renewed");
        assertThat(describe(tls("x", new CertificateNotYetValidException("x")))).contains("not valid today", "clock");
        assertThat(describe(tls("No subject alternative DNS name matching a found", null)))
                .contains("is for another name");
        assertThat(describe(tls("Received fatal alert: protocol_version", null)))
                .contains("which versions of TLS");
    }

    @Test
    void theNetworkIsToldFromTheHost() {
        assertThat(describe(new NoRouteToHostException())).contains("nothing listens at tenant.example:443");
        assertThat(describe(new SocketException("reset")))
                .contains("no connection to tenant.example:443 (the connection broke off)");
    }

    private static IOException tls(String message, Exception cause) {
        SSLHandshakeException thrown = new SSLHandshakeException(message);
        thrown.initCause(cause);
        return thrown;
    }

    private static String describe(IOException thrown) {
        Check check = Unreachable.check(
                "tenant acme",
                "connection",
                URI.create("https://tenant.example/api?token=secret"),
                "trainwatch.tenant.acme.base-url",
                thrown);
        assertThat(check.status()).isEqualTo(Check.Status.PROBLEM);
        assertThat(check.toString()).doesNotContain("secret");
        return check.finding() + " -> " + check.remedy();
    }
}
