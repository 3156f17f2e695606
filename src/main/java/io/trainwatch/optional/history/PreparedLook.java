package io.trainwatch.optional.history;

import io.trainwatch.watch.LookRecorder;

/** A look in the form in which it is recorded, until its transaction is over. */
final class PreparedLook implements LookRecorder.Recording {

    private final RecordedLook look;
    private final String text;
    private final UsedPolicies.Used policy;
    private final SampleWindow samples;
    private final int sinceWhole;

    PreparedLook(RecordedLook look, SampleWindow samples, String text, UsedPolicies.Used policy, int sinceWhole) {
        this.look = look;
        this.samples = samples;
        this.text = text;
        this.policy = policy;
        this.sinceWhole = sinceWhole;
    }

    RecordedLook look() {
        return look;
    }

    SampleWindow samples() {
        return samples;
    }

    String text() {
        return text;
    }

    UsedPolicies.Used policy() {
        return policy;
    }

    /** How many looks ago one was recorded as a whole; 0 where this one is. */
    int sinceWhole() {
        return sinceWhole;
    }
}
