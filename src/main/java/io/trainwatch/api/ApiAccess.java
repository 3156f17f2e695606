package io.trainwatch.api;

import java.util.Map;
import java.util.Optional;
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
}
