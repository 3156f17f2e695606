package io.trainwatch.settings;

/** The shape in which a receiver gets its events. */
public enum WebhookFormat {
    /** The event as {@code docs/webhooks.md} describes it. */
    GENERIC,
    /** A CloudEvents 1.0 envelope with the event as its data. */
    CLOUDEVENTS_STRUCTURED,
    /** The event as it is, with CloudEvents 1.0 attributes as headers. */
    CLOUDEVENTS_BINARY,
    /** A message for a Slack incoming webhook. */
    SLACK,
    /** A message with an adaptive card for a workflow of Microsoft Teams. */
    TEAMS,
    /** An alert event for PagerDuty's Events API v2. */
    PAGERDUTY
}
