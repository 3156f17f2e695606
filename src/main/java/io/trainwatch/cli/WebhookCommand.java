package io.trainwatch.cli;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.audit.Journal;
import io.trainwatch.http.Clients;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.MachineClock;
import io.trainwatch.store.MeasuredClock;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.watch.PollSettings;
import io.trainwatch.webhook.EventList.EventDelivery;
import io.trainwatch.webhook.TargetState;
import io.trainwatch.webhook.TestDelivery;
import io.trainwatch.webhook.Undelivered;
import io.trainwatch.webhook.Undelivered.Wish;
import io.trainwatch.webhook.WebhookSettings;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "webhook",
        description = "Shows and mends deliveries, whether the service runs or not.",
        subcommands = {
            WebhookCommand.ListOpen.class,
            WebhookCommand.Replay.class,
            WebhookCommand.Enable.class,
            WebhookCommand.Disable.class,
            WebhookCommand.Test.class
        })
final class WebhookCommand extends CliCommand.Group {

    static UsageException noTarget(String name, Set<String> configured) {
        return new UsageException("There is no target '" + name + "'; "
                + (configured.isEmpty() ? "none is configured" : "configured: " + String.join(", ", configured)) + ".");
    }

    /** What the commands have in common that look into the store. */
    abstract static class InStore extends CliCommand {

        @Mixin
        private ConfigOption config;

        private Set<String> configured;

        @Override
        protected int run() {
            Settings settings = config.read(Map.of());
            configured = settings.get(WebhookSettings.WEBHOOKS).keySet();
            try (Store store = settings.get(StoreSettings.STORE).openExisting()) {
                // What is sent again is due by the clock of the nodes that send it.
                MeasuredClock clock =
                        new MeasuredClock(MachineClock.real(), store::databaseTime, settings.get(PollSettings.LEASE));
                clock.measure();
                return work(new Undelivered(store, new Journal(store), clock));
            }
        }

        abstract int work(Undelivered undelivered);

        /** The targets that the settings name. */
        final Set<String> configured() {
            return configured;
        }
    }

    @Command(
            name = "list",
            description = "Lists the deliveries that targets do not have, oldest first, and the targets that take"
                    + " nothing.")
    static final class ListOpen extends InStore {

        private static final int MOST = 1_000;

        @Option(names = "--state", paramLabel = "STATE", description = "Only these: pending or dead.")
        private String state;

        @Override
        int work(Undelivered undelivered) {
            if (state != null && !List.of("pending", "dead").contains(state)) {
                throw new UsageException("There is no state '" + state + "'; give --state pending or --state dead.");
            }
            List<String> lines = new ArrayList<>();
            for (Undelivered.State each : Undelivered.State.values()) {
                String name = each.name().toLowerCase(Locale.ROOT);
                if (state == null || state.equals(name)) {
                    undelivered.list(each, MOST).forEach(open -> lines.add(describe(name, open)));
                }
            }
            if (lines.isEmpty()) {
                lines.add("No deliveries that are " + (state == null ? "pending or dead" : state) + ".");
            }
            undelivered.targets().stream()
                    .filter(target -> target.status() != TargetState.Status.CLOSED)
                    .forEach(target -> lines.add("target " + target.name() + ": " + target.describe()));
            lines.forEach(out()::println);
            return ExitCode.OK;
        }

        private static String describe(String state, EventDelivery open) {
            return String.join(
                    "  ",
                    state,
                    open.eventId(),
                    open.type(),
                    open.job(),
                    "to " + open.target(),
                    open.attempts() + " attempts",
                    open.held()
                            ? "waits for webhook enable " + open.target()
                            : open.nextAttempt() == null ? "none follows" : "next " + open.nextAttempt(),
                    open.lastError() == null ? "" : open.lastError());
        }
    }

    @Command(
            name = "replay",
            description = "Has events sent again, with the same id and bytes, to every target that they were meant for."
                    + " The service sends them, now or when it is started.")
    static final class Replay extends InStore {

        @Parameters(arity = "1..*", paramLabel = "EVENT", description = "Ids of events, such as webhook list shows.")
        private List<String> events;

        @Override
        int work(Undelivered undelivered) {
            int exitCode = ExitCode.OK;
            Set<String> due = new TreeSet<>();
            for (String event : events) {
                List<String> targets = undelivered.replay(event, Wish.OF_COMMAND);
                out().println(
                                targets.isEmpty()
                                        ? "There is no event " + event + " that a target was meant to get."
                                        : "Event " + event + " is due again for " + String.join(", ", targets) + ".");
                exitCode = targets.isEmpty() ? ExitCode.NOT_TAKEN : exitCode;
                due.addAll(targets);
            }
            due.forEach(target -> whyNotSent(target, undelivered).ifPresent(out()::println));
            return exitCode;
        }

        /** Empty where the service sends the target events. */
        private Optional<String> whyNotSent(String target, Undelivered undelivered) {
            if (!configured().contains(target)) {
                return Optional.of("Target " + target + " is not configured here (trainwatch.webhook." + target
                        + ".url): a service with these settings sends it nothing.");
            }
            return undelivered.targets().stream()
                    .filter(state -> state.name().equals(target) && state.status() == TargetState.Status.DISABLED)
                    .findFirst()
                    .map(state -> "Target " + target + " is disabled (" + state.reason()
                            + ") and is sent nothing before: webhook enable " + target);
        }
    }

    /** What the commands have in common that let targets be sent events, or not. */
    abstract static class OfTargets extends InStore {

        @Parameters(arity = "1..*", paramLabel = "TARGET", description = "Names of targets.")
        private List<String> targets;

        @Override
        int work(Undelivered undelivered) {
            Set<String> known = undelivered.targets().stream()
                    .map(TargetState::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            known.addAll(configured());
            for (String target : targets) {
                if (!known.contains(target)) {
                    throw noTarget(target, configured());
                }
            }
            int exitCode = ExitCode.OK;
            for (String target : targets) {
                boolean changed = change(undelivered, target);
                out().println("Target " + target + outcome(changed));
                exitCode = changed ? exitCode : ExitCode.NOT_TAKEN;
            }
            return exitCode;
        }

        /** False where it was so already. */
        abstract boolean change(Undelivered undelivered, String target);

        /** The end of a sentence that begins with the target. */
        abstract String outcome(boolean changed);
    }

    @Command(
            name = "enable",
            description = "Sends targets events again that were disabled: gone (410), failing for days, or by hand.")
    static final class Enable extends OfTargets {

        @Override
        boolean change(Undelivered undelivered, String target) {
            return undelivered.enable(target, Wish.OF_COMMAND);
        }

        @Override
        String outcome(boolean changed) {
            return changed ? " is enabled." : " is not disabled.";
        }
    }

    @Command(
            name = "disable",
            description =
                    "Takes targets out of service: they are sent nothing, and their events are kept for them until"
                            + " webhook enable.")
    static final class Disable extends OfTargets {

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; stands in the audit.", defaultValue = "")
        private String reason;

        @Override
        boolean change(Undelivered undelivered, String target) {
            return undelivered.disable(target, new Wish(Wish.OF_COMMAND.by(), reason.strip()));
        }

        @Override
        String outcome(boolean changed) {
            return changed ? " is disabled; its events are kept for it." : " is disabled already.";
        }
    }

    @Command(
            name = "test",
            description =
                    "Sends a target a signed event of type 'test', as it would get any other, and says what comes back.")
    static final class Test extends CliCommand {

        @Mixin
        private ConfigOption config;

        @Parameters(paramLabel = "TARGET", description = "The <name> of trainwatch.webhook.<name>.url.")
        private String name;

        @Override
        protected int run() {
            Settings settings = config.read(Map.of());
            Map<String, WebhookSettings> webhooks = settings.get(WebhookSettings.WEBHOOKS);
            if (!webhooks.containsKey(name)) {
                throw WebhookCommand.noTarget(name, webhooks.keySet());
            }
            InstantSource clock = InstantSource.system();
            TestDelivery sent;
            try (Clients clients =
                    new Clients(TrainwatchSettings.callees(settings), settings.get(ProxySettings.PROXIES), clock)) {
                sent = TestDelivery.send(webhooks.get(name).target(), clients, clock);
            }
            PrintWriter out = out();
            out.println(
                    sent.status() == 0
                            ? name + ": " + sent.text()
                            : name + " answered " + sent.status() + (sent.taken() ? ": taken." : ": not taken."));
            if (sent.status() > 0 && !sent.text().isEmpty()) {
                out.println(sent.text());
            }
            return sent.taken() ? ExitCode.OK : ExitCode.NOT_TAKEN;
        }
    }
}
