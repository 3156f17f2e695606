package io.trainwatch.optional.report;

import io.trainwatch.job.StatusReader;
import io.trainwatch.optional.Core;
import io.trainwatch.optional.Feature;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.Tenants;
import java.util.Optional;

/** Adds to the end of a training how good it turned out. */
public final class ReportFeature implements Feature {

    @Override
    public Optional<String> chapter() {
        return Optional.of("optional-reports");
    }

    @Override
    public boolean isUsed(Settings settings) {
        return settings.get(TenantSettings.TENANTS).values().stream().anyMatch(Tenants::hasReports);
    }

    @Override
    public void wire(Core core) {
        core.bind("trainwatchReportFailures", new Reports.Failures());
        core.bind(
                "trainwatchReports",
                new Reports(
                        core.tenants(),
                        StatusReader.shared().mapper(),
                        core.watch()::countCall,
                        core.watch().faults(),
                        core.clock().steady()));
    }
}
