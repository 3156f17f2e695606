package io.trainwatch.optional.training;

import io.trainwatch.optional.Core;
import io.trainwatch.optional.Feature;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.TrainingCalls;
import io.trainwatch.watch.PollSettings;
import java.time.Duration;
import java.util.Optional;

/** Starts the trainings that a command orders. */
public final class TrainingFeature implements Feature {

    @Override
    public Optional<String> chapter() {
        return Optional.of("optional-trainings");
    }

    @Override
    public boolean isUsed(Settings settings) {
        return settings.get(TenantSettings.TENANTS).values().stream().anyMatch(TrainingCalls::areOfferedBy);
    }

    @Override
    public void wire(Core core) {
        // One try is a token, a list and the request.
        Duration longestTry = core.longestCalls(2);
        Trainings trainings = new Trainings(
                core.store(),
                core.watch(),
                core.journal(),
                new Trainings.Options(core.node(), longestTry, core.settings().get(PollSettings.UNREACHABLE_AFTER)),
                core.clock());
        core.bind("trainwatchTrainings", trainings);
        core.bind("trainwatchTrainingCalls", core.tenants().trainings());
        core.boundTimes(new KeptTimes.Longest("training", "lease_until", "status = 'OPEN'", longestTry));
        core.beforeStop(trainings::drain);
    }
}
