package io.trainwatch.signing;

import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How keys are written as text: a prefix that says what they are, and base64. */
public enum KeyForm {
    /**
     * {@code hmac:} and 24 to 64 bytes, {@code ed25519:} and a secret key (its 32 bytes, or 64 with the public key),
     * {@code ed25519-public:} and a public key, or either half of an Ed25519 key in PEM as OpenSSL writes it.
     */
    AUDIT("an audit key", "an hmac audit key", "hmac:", KeyForm.ED25519),

    /** {@code whsec_} or {@code whsk_}. Source: the Standard Webhooks specification 1.0.0, "Signature scheme". */
    WEBHOOK("a webhook secret", "a whsec_ key", "whsec_", "whsk_");

    static final String ED25519 = "ed25519:";
    static final String ED25519_PUBLIC = "ed25519-public:";
    private static final Pattern ONE = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----|[^\\s,]+");

    private final String what;
    private final String whatOfHmac;
    private final String hmac;
    private final String secret;

    KeyForm(String what, String whatOfHmac, String hmac, String secret) {
        this.what = what;
        this.whatOfHmac = whatOfHmac;
        this.hmac = hmac;
        this.secret = secret;
    }

    /**
     * Reads keys that are separated by commas or white space.
     *
     * @throws IllegalArgumentException for anything else; the message does not show the text
     */
    public List<SigningKey> parse(String text) {
        List<SigningKey> keys = new ArrayList<>();
        Matcher one = ONE.matcher(text);
        while (one.find()) {
            keys.add(
                    one.group(1) == null || this == WEBHOOK
                            ? ofPrefix(one.group())
                            : ofPem(one.group(1), one.group(2)));
        }
        return keys;
    }

    /**
     * A setting that holds such keys.
     *
     * @param advice what to do about a text that holds none
     * @param reading makes the value of the text and its keys
     */
    public <T> ValueType<T> setting(String label, String advice, BiFunction<String, List<SigningKey>, T> reading) {
        return ValueType.secret(label, text -> {
            List<SigningKey> keys;
            try {
                keys = parse(text);
            } catch (IllegalArgumentException e) {
                throw new UnreadableValue("cannot be used: " + e.getMessage(), advice);
            }
            return reading.apply(text, keys);
        });
    }

    private SigningKey ofPrefix(String text) {
        if (text.startsWith(hmac)) {
            return new SigningKey.Hmac(decode(text, hmac), whatOfHmac);
        }
        if (text.startsWith(secret)) {
            return SigningKey.Ed25519.secret(decode(text, secret));
        }
        if (this == AUDIT && text.startsWith(ED25519_PUBLIC)) {
            return SigningKey.Ed25519.open(decode(text, ED25519_PUBLIC));
        }
        throw new IllegalArgumentException(what + " starts with " + hmac
                + (this == AUDIT ? ", " + secret + " or " + ED25519_PUBLIC + ", or is in PEM" : " or " + secret));
    }

    private static SigningKey ofPem(String type, String body) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the PEM of an audit key is not base64");
        }
        return switch (type) {
            case "PRIVATE KEY" -> SigningKey.Ed25519.secretOfDer(der);
            case "PUBLIC KEY" -> SigningKey.Ed25519.openOfDer(der);
            default -> throw new IllegalArgumentException("an audit key in PEM is a PRIVATE KEY or a PUBLIC KEY");
        };
    }

    private byte[] decode(String text, String prefix) {
        try {
            return Base64.getDecoder().decode(text.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message shows a part of the text.
            throw new IllegalArgumentException(what + " is " + prefix + " and base64");
        }
    }
}
