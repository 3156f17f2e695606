package io.trainwatch.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Derives the id of an event from what it tells: the same transition always has the same id. */
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
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
