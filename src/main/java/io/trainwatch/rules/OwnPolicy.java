package io.trainwatch.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * A policy that stands beside jobs, and is kept with each of them. Checked.
 *
 * @param text JSON, as the store keeps it
 * @param hash of the text: SHA-256, in hexadecimal digits
 */
public record OwnPolicy(String text, String hash) {

    /** What such a policy is called in the audit. */
    public static final String NAME = WrittenPolicy.BESIDE_JOBS;

    /** @throws InvalidPolicy with all that is wrong, by path */
    public static OwnPolicy of(JsonNode policy) {
        String text = policy.toString();
        return new OwnPolicy(text, WrittenPolicy.besideJobs(text).hash());
    }

    /** The hash of a text that was one. */
    public static String hash(String text) {
        return WrittenPolicy.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Keeps it for those who want to know later what a decision was made by. */
    public void remember(Handle handle, Instant now) {
        PolicyVersions.keep(handle, new PolicyVersions.Version(NAME, hash, NAME, text), false, now);
    }
}
