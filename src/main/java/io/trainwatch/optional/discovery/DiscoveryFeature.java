package io.trainwatch.optional.discovery;

import io.trainwatch.optional.Core;
import io.trainwatch.optional.Feature;
import io.trainwatch.optional.discovery.ListedJobs.ListedLook;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.watch.JobsSettings;
import io.trainwatch.watch.PollSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds jobs in lists of tenants, and in files that are dropped into a folder. */
public final class DiscoveryFeature implements Feature {

    @Override
    public List<Section> sections() {
        return List.of(DiscoverySettings.SECTION);
    }

    @Override
    public Optional<String> chapter() {
        return Optional.of("optional-discovery");
    }

    @Override
    public boolean isUsed(Settings settings) {
        return settings.get(TenantSettings.TENANTS).values().stream().anyMatch(Tenants::hasLists);
    }

    @Override
    public void wire(Core core) {
        Settings settings = core.settings();
        Duration lease = settings.get(PollSettings.LEASE);
        ProjectLists lists = new ProjectLists(
                core.store(),
                core.watch(),
                new ProjectLists.Options(
                        PollSettings.betweenLists(settings),
                        lease,
                        settings.get(DiscoverySettings.DISCOVERIES),
                        Tenants.withLists(settings.get(TenantSettings.TENANTS))),
                core.clock());
        core.bind("trainwatchProjectLists", lists);
        core.boundTimes(new KeptTimes.Longest("project", "lease_until", "1 = 1", lease));
        core.endWork("trainwatch-list-jobs", (work, thrown) -> lists.leftOver((Listing) work, thrown));
        core.endWork(
                "trainwatch-judge-listed-job",
                (work, thrown) -> core.watch().failedLooks().leftOver(((ListedLook) work).look(), thrown));

        DroppedFiles files = new DroppedFiles(
                settings.get(JobsSettings.DIRECTORY),
                core.folderOwner(),
                settings.get(TenantSettings.TENANTS).keySet(),
                core.store(),
                core.watch(),
                core.clock());
        core.bind("trainwatchDroppedFiles", files);
        core.bind("trainwatchRequestMapper", WatchRequest.mapper());
        core.showTroubles("files", files::problems);
    }
}
