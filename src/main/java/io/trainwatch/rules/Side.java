package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** On which side of a limit a value is not allowed. At the limit is allowed on either. */
public enum Side {
    @JsonProperty("above")
    ABOVE,
    @JsonProperty("below")
    BELOW;

    /** How far the value is on this side of the limit: more than 0 where it is, in the unit of both. */
    double excess(double value, double limit) {
        return this == ABOVE ? value - limit : limit - value;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
