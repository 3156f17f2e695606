package io.trainwatch.api;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.settings.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Who may call the API. Thread-safe. */
interface ApiAccess {

    /** Why the caller is not let in; empty where it is, and the request knows by then {@link Caller who} it is. */
    Optional<Refusal> refuse(Request request);

    /** @param headers of the answer, besides the usual ones */
    record Refusal(int status, String message, Map<String, String> headers) {

        static Optional<Refusal> of(int status, String message) {
            return Optional.of(new Refusal(status, message, Map.of()));
        }
    }

    /**
     * Lets in callers on this machine, and no page of another site. A browser on this machine runs pages of other sites, which
     * can call any server that it can reach. Their calls name that site: as {@code Origin}, or, where its name was made to lead
     * here (DNS rebinding), as {@code Host}.
     */
    final class ThisMachine implements ApiAccess {

        @Override
        public Optional<Refusal> refuse(Request request) {
            String origin = request.getHeaders().get(HttpHeader.ORIGIN);
            String host = Objects.requireNonNullElse(Request.getServerName(request), "");
            if (Addresses.isLoopback(host) && (origin == null || Addresses.isLoopback(hostOf(origin)))) {
                Caller.THIS_MACHINE.putInto(request);
                return Optional.empty();
            }
            return Refusal.of(
                    403,
                    "Without trainwatch.http.token only 127.0.0.1, [::1] and localhost are answered, and no page of another"
                            + " site. Call one of these, or set the token.");
        }

        /** Empty for {@code null}, which stands for an origin that is not told. */
        private static String hostOf(String origin) {
            try {
                return Objects.requireNonNullElse(URI.create(origin).getHost(), "");
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
    }

    /**
     * Lets in whoever presents a token. After {@value #MAX_WRONG} wrong ones from an address nothing from there is compared
     * for the rest of {@link #WINDOW}, so that guessing is slow; a line in the log says so, once a minute at most.
     */
    final class ApiTokens implements ApiAccess {

        static final int MAX_WRONG = 5;
        static final Duration WINDOW = Duration.ofSeconds(10);

        private static final String AUTHORISING = "authorising requests to the API";
        private static final int MAX_ADDRESSES = 1_000;
        /** Who has one IPv6 address has all with the same first half. */
        private static final int ADDRESS_BYTES = 8;
        /** In any letter case: RFC 9110 section 11.1. */
        private static final String SCHEME = "Bearer ";

        private final Map<Caller, byte[]> tokens = new LinkedHashMap<>();
        private final LongSupplier nanoTime;
        /** By the address, the longest known first. */
        private final Map<String, Guesses> guesses = new LinkedHashMap<>();

        private final RepeatedFaults faults = new RepeatedFaults();

        /** @param since {@link System#nanoTime} of the first in the window */
        private record Guesses(long since, int wrong) {}

        /** @param tokens by whose they are */
        ApiTokens(Map<Caller, String> tokens) {
            this(tokens, System::nanoTime);
        }

        ApiTokens(Map<Caller, String> tokens, LongSupplier nanoTime) {
            tokens.forEach((caller, token) -> this.tokens.put(caller, token.getBytes(StandardCharsets.UTF_8)));
            this.nanoTime = nanoTime;
        }

        @Override
        public Optional<Refusal> refuse(Request request) {
            String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
            SocketAddress caller = request.getConnectionMetaData().getRemoteSocketAddress();
            return refuse(
                    given,
                    caller instanceof InetSocketAddress inet ? inet.getAddress() : null,
                    known -> known.putInto(request));
        }

        /**
         * @param authorization each character a byte of the header, or {@code null}
         * @param known is told whose token it is
         */
        synchronized Optional<Refusal> refuse(String authorization, InetAddress caller, Consumer<Caller> known) {
            if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                return Optional.of(unauthorised());
            }
            long now = nanoTime.getAsLong();
            String address = address(caller);
            Guesses before = guesses.get(address);
            if (before != null && now - before.since() >= WINDOW.toNanos()) {
                guesses.remove(address);
                before = null;
            }
            if (before != null && before.wrong() >= MAX_WRONG) {
                warn(address, caller);
                return Optional.of(new Refusal(
                        429,
                        "Too many wrong tokens came from this address: send the right one in " + WINDOW.toSeconds()
                                + " seconds.",
                        Map.of("Retry-After", String.valueOf(WINDOW.toSeconds()))));
            }
            byte[] presented = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
            Caller owner = null;
            for (Map.Entry<Caller, byte[]> token : tokens.entrySet()) {
                // Compared in constant time, so that the time taken tells nothing of the token.
                owner = MessageDigest.isEqual(token.getValue(), presented) ? token.getKey() : owner;
            }
            if (owner != null) {
                faults.works(address);
                known.accept(owner);
                return Optional.empty();
            }
            warn(address, caller);
            guesses.put(
                    address, before == null ? new Guesses(now, 1) : new Guesses(before.since(), before.wrong() + 1));
            if (guesses.size() > MAX_ADDRESSES) {
                guesses.remove(guesses.keySet().iterator().next());
            }
            return Optional.of(unauthorised());
        }

        private void warn(String address, InetAddress caller) {
            faults.warn(
                    AUTHORISING,
                    address,
                    "one came with a wrong token from "
                            + (caller == null ? "an unknown address" : caller.getHostAddress())
                            + "; see who calls there");
        }

        private static String address(InetAddress caller) {
            return caller == null ? "" : Arrays.toString(Arrays.copyOf(caller.getAddress(), ADDRESS_BYTES));
        }

        private static Refusal unauthorised() {
            return new Refusal(
                    401,
                    "Send the header Authorization: Bearer, with the token of trainwatch.http.token, or to read only of"
                            + " trainwatch.http.read-token.",
                    Map.of("WWW-Authenticate", "Bearer"));
        }
    }
}
