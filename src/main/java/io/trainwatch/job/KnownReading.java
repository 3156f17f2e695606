package io.trainwatch.job;

/** What was read of a job before: the tenant need not send the same again. */
public interface KnownReading {

    /** The entity tag of the response that was read last; {@code null} where the job has to be read whatever it is. */
    String entityTag();
}
