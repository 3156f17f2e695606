package io.trainwatch.watch;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What followed from the decision on a look. */
public enum ActionTaken {
    /** Nothing that concerns a policy. */
    NONE,
    /** The intent to cancel the job was committed. */
    @JsonProperty("cancel")
    CANCEL,
    /** A breach led to no cancel: it was reported, at this look or before, and the job was left alone. */
    @JsonProperty("report")
    REPORT
}
