package io.trainwatch.figures;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is wrong with a query, each thing once in ten minutes: what is wrong for one job is wrong for all. */
final class Complaints {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.figures");
    private static final Duration BETWEEN = Duration.ofMinutes(10);

    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    /** @param what of a few kinds, without what differs from job to job */
    void say(Question question, String what, String message, Instant now) {
        String key = question.tenant() + " " + question.figure() + " " + what;
        Instant before = told.get(key);
        if (before == null || before.plus(BETWEEN).isBefore(now)) {
            told.put(key, now);
            LOG.warn(
                    "trainwatch.tenant.{}.prometheus.{}: {} The figure counts as missing.",
                    question.tenant(),
                    question.figure().key(),
                    message);
        }
    }
}
