package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "168.63.129.16",
                "100.64.0.1",
                "100.100.100.200",
                "192.0.0.192",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0:7f00:1::",
                "2001:db8::1",
                "100::1"
            })
    void refusesWhatIsNotPublic(String address) throws Exception {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.255.255",
                "172.32.0.1",
                "169.253.1.1",
                "198.17.255.255",
                "198.20.0.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "::ffff:8.8.8.8"
            })
    void letsPublicAddressesThrough(String address) throws Exception {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void oneAddressThatIsNotPublicIsEnoughToRefuseTheName() throws Exception {
        AddressGuard guard = new AddressGuard(answering(List.of(List.of("8.8.8.8", "10.0.0.1"))));
        assertThatThrownBy(() -> guard.resolve("both.example"))
                .isInstanceOf(AddressGuard.NotPublic.class)
                .hasMessageNotContaining("10.0.0.1");
    }

    /** Each form reaches this machine; the server would count it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "127.1"
            })
    void aClientNeverConnectsToThisMachine(String host) throws Exception {
        assertRefused(host, SystemDefaultDnsResolver.INSTANCE);
    }

    @Test
    void aNameThatIsPublicFirstAndNotLaterIsRefusedWhenItCounts() throws Exception {
        DnsResolver rebinding = answering(List.of(List.of("8.8.8.8"), List.of("127.0.0.1")));
        assertThat(new AddressGuard(rebinding).resolve("rebind.example")).hasSize(1);
        assertRefused("rebind.example", rebinding);
    }

    private static void assertRefused(String host, DnsResolver names) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        AtomicInteger requests = new AtomicInteger();
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try (CloseableHttpClient client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new AddressGuard(names))
                        .build())
                .disableAutomaticRetries()
                .build()) {
            HttpPost post =
                    new HttpPost("http://" + host + ":" + server.getAddress().getPort() + "/");
            assertThatThrownBy(() -> client.execute(post, response -> null)).hasMessageContaining("not public");
            assertThat(requests).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    /** Answers the first question with the first list, and the last list from then on. */
    private static DnsResolver answering(List<List<String>> answers) {
        Deque<List<String>> left = new ArrayDeque<>(answers);
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                List<String> now = left.size() > 1 ? left.poll() : left.peek();
                InetAddress[] addresses = new InetAddress[now.size()];
                for (int i = 0; i < addresses.length; i++) {
                    addresses[i] = InetAddress.getByName(now.get(i));
                }
                return addresses;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }
}
