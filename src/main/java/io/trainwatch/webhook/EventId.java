package io.trainwatch.webhook;

import io.trainwatch.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Derives the id of an event from what it is about: the same transition always has the same id. */
public final class EventId {

    private static final int BYTES = 16;

    private EventId() {}

    /**
     * {@code evt_} and the first 128 bits of SHA-256 over the parts, each followed by a zero byte, which no part holds.
     *
     * @param epoch counts the times that the job was put on the watch list anew
     * @param transition names the transition within the epoch
     */
    public static String of(String tenant, String project, String job, int epoch, String transition) {
        return "evt_" + digest(tenant, project, job, Integer.toString(epoch), transition);
    }

    /** One id for all events of a job: {@code job_} and 32 hexadecimal digits. */
    static String ofJob(String tenant, String project, String job) {
        return "job_" + digest(tenant, project, job);
    }

    private static String digest(String... parts) {
        MessageDigest digest = Sha256.digest();
        for (String part : parts) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return Sha256.hex(digest.digest(), BYTES);
    }
}
