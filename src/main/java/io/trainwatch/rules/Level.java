package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What follows from a breach. */
public enum Level {
    /** It is reported, and the job is watched on. */
    @JsonProperty("warn")
    WARN,
    /** The job is cancelled, unless its policy only reports. */
    @JsonProperty("cancel")
    CANCEL
}
