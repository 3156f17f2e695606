package io.trainwatch.optional.history;

import io.trainwatch.optional.Core;
import io.trainwatch.optional.Feature;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.Store;
import io.trainwatch.watch.LookRecorder;
import java.util.List;

/** Records looks, so that policies can be tried on them. */
public final class HistoryFeature implements Feature {

    @Override
    public List<Section> sections() {
        return List.of(HistorySettings.SECTION);
    }

    @Override
    public boolean isUsed(Settings settings) {
        return !settings.get(HistorySettings.RETENTION).isZero();
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
                        core.settings().get(HistorySettings.RETENTION),
                        core.settings().get(HistorySettings.MAX_LOOKS),
                        core.clock()));
    }
}
