package io.trainwatch.optional.history;

import io.trainwatch.optional.Core;
import io.trainwatch.optional.Feature;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.Store;
import io.trainwatch.watch.LookRecorder;
import java.time.Duration;
import java.util.List;

/** Records looks, so that policies can be tried on them. */
public final class HistoryFeature implements Feature {

    private static final Section SECTION = new Section("History", "What looks showed, kept for trying policies on it.");

    private static final Setting<Duration> RETENTION = SECTION.setting(
            "history.retention",
            Quantities.duration("0s", "3650d"),
            "14d",
            "How long looks are kept; `0s` keeps none.");
    private static final Setting<Integer> MAX_LOOKS = SECTION.setting(
            "history.max-looks",
            Quantities.integer(1, 999_999_999),
            "5000000",
            "How many looks are kept at most, some 200 bytes each; beyond it the oldest are forgotten.");

    @Override
    public List<Section> sections() {
        return List.of(SECTION);
    }

    @Override
    public boolean isUsed(Settings settings) {
        return !settings.get(RETENTION).isZero();
    }

    /** What records each look; made before the rest, which it is a part of. */
    public LookRecorder recorder(Store store, Settings settings) {
        return new History(store, isUsed(settings));
    }

    /** Forgets even where nothing is recorded: the store may hold looks from before. */
    @Override
    public void wire(Core core) {
        core.bind(
                "trainwatchForgetting",
                new Forgetting(
                        core.store(),
                        core.settings().get(RETENTION),
                        core.settings().get(MAX_LOOKS),
                        core.clock()));
    }
}
