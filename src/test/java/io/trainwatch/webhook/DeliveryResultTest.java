package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;

class DeliveryResultTest {

    private static final String ADDRESS = "https://ci.example/hook?key=secret";

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "A receiver hangs, ends the connection, or is not known",
            then = "It is said in words, without the address, which may hold a secret")
    @Test
    void aNetworkFailureIsToldInWordsAndWithoutTheAddress() {
        assertThat(reason(new HttpHostConnectException(ADDRESS)))
                .isEqualTo("no answer: nothing listens there: connection refused");
        assertThat(reason(new SocketTimeoutException(ADDRESS))).isEqualTo("no answer within 15 s");
        assertThat(DeliveryResult.ofException(new SocketTimeoutException(), Duration.ofMillis(1_500))
                        .reason())
                .isEqualTo("no answer within 1500 ms");
        assertThat(reason(new ConnectTimeoutException(ADDRESS, new HttpHost("ci.example"))))
                .isEqualTo("no answer: no connection in time");
        assertThat(reason(new UnknownHostException(ADDRESS))).isEqualTo("no answer: the host's name is not known");
        assertThat(reason(new NoRouteToHostException(ADDRESS))).isEqualTo("no answer: no route to the host");
        assertThat(reason(new SocketException(ADDRESS))).isEqualTo("no answer: the connection broke off");
        assertThat(reason(new NoHttpResponseException(ADDRESS))).isEqualTo("no answer: the connection broke off");
        assertThat(reason(new IOException(ADDRESS)))
                .isEqualTo("no answer: what it says is not shown, since it may hold a secret");
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "The certificate is unknown, too old, or for another name",
            then = "It is said which")
    @Test
    void aFailureOfTlsSaysWhatIsWrongWithTheCertificate() {
        assertThat(reason(new SSLHandshakeException("PKIX path building failed: " + ADDRESS)))
                .isEqualTo("no answer: TLS: nobody whom this Java trusts signed the host's certificate");
        assertThat(reason(new SSLHandshakeException("No name matching ci.example found")))
                .isEqualTo("no answer: TLS: the host's certificate is for another name");
        SSLHandshakeException expired = new SSLHandshakeException(ADDRESS);
        expired.initCause(new CertificateExpiredException());
        assertThat(reason(expired)).isEqualTo("no answer: TLS: the host's certificate is not valid today");
        assertThat(reason(new SSLHandshakeException(ADDRESS))).isEqualTo("no answer: TLS: the handshake fails");
    }

    private static String reason(IOException thrown) {
        return DeliveryResult.ofException(thrown, Duration.ofSeconds(15)).reason();
    }
}
