package io.trainwatch.optional.history;

import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import java.time.Duration;

/** How much is kept of looks. */
public final class HistorySettings {

    public static final Section SECTION = new Section("History", "What looks showed, kept for trying policies on it.");

    public static final Setting<Duration> RETENTION = SECTION.setting(
            "history.retention",
            Quantities.duration("0s", "3650d"),
            "14d",
            "How long looks are kept; `0s` keeps none.");
    public static final Setting<Integer> MAX_LOOKS = SECTION.setting(
            "history.max-looks",
            Quantities.integer(1, 999_999_999),
            "5000000",
            "How many looks are kept at most, some 200 bytes each; beyond it the oldest are forgotten.");

    private HistorySettings() {}
}
