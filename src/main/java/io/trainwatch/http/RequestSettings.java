package io.trainwatch.http;

import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import java.time.Duration;

/** The limits of a single request to a tenant. */
public final class RequestSettings {

    public static final Section SECTION = new Section("Requests to tenants", "Limits of a single request.");

    public static final Setting<Duration> CONNECT_TIMEOUT = SECTION.setting(
            "request.connect-timeout",
            Quantities.duration("100ms", "5m"),
            "5s",
            "The time allowed for a connection to a tenant.");
    public static final Setting<Duration> TIMEOUT = SECTION.setting(
            "request.timeout", Quantities.duration("100ms", "5m"), "10s", "The time allowed for a tenant's answer.");
    public static final Setting<Long> MAX_RESPONSE = SECTION.setting(
            "request.max-response",
            Quantities.size("1KiB", "64MiB"),
            "1MiB",
            "The largest answer that is read; a larger one is an invalid status.");

    private RequestSettings() {}
}
