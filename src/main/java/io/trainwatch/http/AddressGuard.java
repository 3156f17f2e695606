package io.trainwatch.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Lets a client connect to public addresses only: for targets whose URL somebody else may choose, which might else reach into
 * this network, or read the credentials that a cloud gives out at 169.254.169.254.
 *
 * <p>It is asked when a connection is made, and the client connects to the addresses that it returns and to no others.
 * So a name that was public when it was checked and is not any more (DNS rebinding) gains nothing, nor do redirects,
 * which are not followed. Literal addresses go through it as well. Thread-safe.
 *
 * <p>Source of the ranges: the IANA special-purpose address registries (RFC 6890) for IPv4 and IPv6.
 */
public final class AddressGuard implements DnsResolver {

    /** Neither for the public nor for this purpose; the embedded IPv4 addresses of 2001::/23 and 2002::/16 neither. */
    private static final List<Range> NOT_PUBLIC = List.of(
            new Range("0.0.0.0", 8),
            new Range("10.0.0.0", 8),
            new Range("100.64.0.0", 10),
            new Range("127.0.0.0", 8),
            new Range("168.63.129.16", 32), // public by number, yet it serves the machines of Azure their credentials
            new Range("169.254.0.0", 16),
            new Range("172.16.0.0", 12),
            new Range("192.0.0.0", 24),
            new Range("192.0.2.0", 24),
            new Range("192.88.99.0", 24),
            new Range("192.168.0.0", 16),
            new Range("198.18.0.0", 15),
            new Range("198.51.100.0", 24),
            new Range("203.0.113.0", 24),
            new Range("224.0.0.0", 3),
            new Range("2001::", 23),
            new Range("2001:db8::", 32),
            new Range("2002::", 16),
            new Range("3fff::", 20));

    /** All that is routed publicly today; loopback, local, mapped, translated and multicast addresses are outside. */
    private static final Range PUBLIC_IPV6 = new Range("2000::", 3);

    private final DnsResolver names;

    /** @param names finds the addresses of a name */
    public AddressGuard(DnsResolver names) {
        this.names = names;
    }

    /** @throws NotPublic where any of the addresses is not public: one is enough to be connected to */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        if (addresses == null || !Arrays.stream(addresses).allMatch(AddressGuard::isPublic)) {
            throw new NotPublic();
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    static boolean isPublic(InetAddress address) {
        // Java makes an Inet4Address of ::ffff:a.b.c.d, so that the ranges of IPv4 hold for it.
        return (address instanceof Inet4Address || PUBLIC_IPV6.holds(address))
                && NOT_PUBLIC.stream().noneMatch(range -> range.holds(address));
    }

    /** The target's address is none that events may be sent to. The message names no address, which would tell of it. */
    public static final class NotPublic extends UnknownHostException {
        NotPublic() {
            super("the target has an address that is not public");
        }
    }

    static final class Range {
        private final byte[] start;
        private final int bits;

        /** @param start a literal, so that no name is looked up */
        Range(String start, int bits) {
            try {
                this.start = InetAddress.getByName(start).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(start, e);
            }
            this.bits = bits;
        }

        boolean holds(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != start.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((bytes[bit / 8] & mask) != (start[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
