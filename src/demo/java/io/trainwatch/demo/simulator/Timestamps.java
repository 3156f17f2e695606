package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How the {@code tasks} API spells its times. A time that has not come is {@code null} in all of them. */
public enum Timestamps {
    /** As published: {@code createdAt} and {@code lastChanged} in Unix seconds, the others ISO-8601. */
    PUBLISHED,
    /** All ISO-8601. */
    TEXT,
    /** All in Unix seconds. */
    SECONDS,
    /** All in Unix milliseconds. */
    MILLISECONDS,
    /** All in Unix seconds, as text. */
    SECONDS_AS_TEXT;

    /** A time of a kind that is published in Unix seconds. */
    void putEntityTime(ObjectNode json, String field, Instant time) {
        put(json, field, time, this == PUBLISHED ? SECONDS : this);
    }

    /** A time of a kind that is published as ISO-8601. */
    void putRunTime(ObjectNode json, String field, Instant time) {
        put(json, field, time, this == PUBLISHED ? TEXT : this);
    }

    private static void put(ObjectNode json, String field, Instant time, Timestamps spelling) {
        if (time == null) {
            json.putNull(field);
            return;
        }
        switch (spelling) {
            case SECONDS -> json.put(field, time.getEpochSecond());
            case MILLISECONDS -> json.put(field, time.toEpochMilli());
            case SECONDS_AS_TEXT -> json.put(field, Long.toString(time.getEpochSecond()));
            case TEXT, PUBLISHED ->
                json.put(field, time.truncatedTo(ChronoUnit.MILLIS).toString());
        }
    }
}
