package io.trainwatch.watch;

import java.nio.charset.StandardCharsets;

/**
 * Hides the token that a request was sent with: a page that quotes the request must not bring it into the records.
 *
 * @param authorization as it was sent, with or without its scheme; {@code null} where none was
 */
record Mask(String authorization) {

    String in(String text) {
        if (authorization == null) {
            return text;
        }
        return text.replace(authorization.substring(authorization.indexOf(' ') + 1), "***");
    }

    /** Byte for character and back, so that a payload that is no text stays what it is. */
    byte[] in(byte[] payload) {
        return in(new String(payload, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
    }
}
