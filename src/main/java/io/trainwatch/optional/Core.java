package io.trainwatch.optional;

import io.trainwatch.audit.Journal;
import io.trainwatch.errors.RouteEnds;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.watch.Watch;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The core of one context, as a {@link Feature} uses it and adds to it. */
public interface Core {

    Settings settings();

    Store store();

    StoreClock clock();

    /** Names this process. */
    String node();

    /** Whose the folders of this node are; empty where they are those of the one machine that has the store. */
    String folderOwner();

    Journal journal();

    Watch watch();

    Tenants tenants();

    /** How long so many requests to a tenant may take, one after another, with a lease besides. */
    Duration longestCalls(int count);

    /** Binds what routes name. */
    void bind(String name, Object bean);

    /** Has the work that a message to a route stands for ended where the route does not do so. */
    void endWork(String routeId, RouteEnds.WorkEnd end);

    /** Has the health say what somebody should see to. */
    void showTroubles(String about, Supplier<List<String>> troubles);

    /** Says how far ahead the times of some rows may lie. */
    void boundTimes(KeptTimes.Longest longest);

    /** Called when the context is about to stop, so that nothing more is begun. */
    void beforeStop(Runnable drain);
}
