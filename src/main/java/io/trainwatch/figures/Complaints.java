package io.trainwatch.figures;

import io.trainwatch.errors.LogLimit;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is wrong with a query, each thing once in ten minutes: what is wrong for one job is wrong for all. */
final class Complaints {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.figures");

    private final LogLimit lately = LogLimit.once();

    /** @param what of a few kinds, without what differs from job to job */
    void say(Question question, String what, String message, Instant now) {
        lately.say(
                question.tenant() + " " + question.figure() + " " + what,
                now,
                () -> LOG.warn(
                        "trainwatch.tenant.{}.prometheus.{}: {} The figure counts as missing.",
                        question.tenant(),
                        question.figure().key(),
                        message));
    }
}
