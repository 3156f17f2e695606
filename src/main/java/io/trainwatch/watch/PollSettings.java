package io.trainwatch.watch;

import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.ValueType;
import java.time.Duration;

/** When, and by how many workers, jobs are looked at. */
public final class PollSettings {

    public static final Section SECTION =
            new Section("Polling", "How often and by how many workers jobs are looked at.");

    public static final Setting<Duration> INTERVAL = SECTION.setting(
            "poll.interval",
            Quantities.duration("100ms", "24h"),
            "15s",
            "The longest time between two looks at a running job, unless adapted.");
    public static final Setting<Duration> LIST_INTERVAL = SECTION.setting(
            "poll.list-interval",
            Quantities.duration("100ms", "24h"),
            "3500ms",
            "The time between two lists of the tasks of a project, where one list takes the place of many looks.");
    public static final Setting<Boolean> NEAR_END = SECTION.setting(
            "poll.near-end",
            ValueType.trueOrFalse(),
            "true",
            "Whether a job is looked at more often, down to once a second, when its progress says that its end is near.");
    public static final Setting<Integer> WORKERS =
            SECTION.setting("poll.workers", Quantities.integer(1, 1000), "32", "The looks that are under way at once.");
    public static final Setting<Duration> TICK = SECTION.setting(
            "poll.tick",
            Quantities.duration("10ms", "10s"),
            "250ms",
            "The time between two searches for jobs that are due.");
    public static final Setting<Duration> LEASE = SECTION.setting(
            "poll.lease",
            Quantities.duration("1s", "1h"),
            "20s",
            "How long a node owns a job or a delivery that it claimed; it extends that while it is at work,"
                    + " and when it is gone, another may take it after this time.");
    public static final Setting<Duration> UNREACHABLE_AFTER = SECTION.setting(
            "poll.unreachable-after",
            Quantities.duration("1s", "7d"),
            "5m",
            "How long a tenant gives no answer about a job before the job is reported as unreachable.");
    public static final Setting<Duration> CONFIRM_AFTER = SECTION.setting(
            "poll.confirm-after",
            Quantities.duration("0s", "7d"),
            "60s",
            "How long after its end a job is looked at once more, to see whether it stays so; `0s`: it is not.");

    private PollSettings() {}

    /** The time between two lists of a project: a list is no less frequent than the looks that it takes the place of. */
    public static Duration betweenLists(Settings settings) {
        Duration looks = settings.get(INTERVAL);
        Duration lists = settings.get(LIST_INTERVAL);
        return lists.compareTo(looks) < 0 ? lists : looks;
    }
}
