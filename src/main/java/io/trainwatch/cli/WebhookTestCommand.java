package io.trainwatch.cli;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.http.Clients;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.webhook.TestDelivery;
import io.trainwatch.webhook.WebhookSettings;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "test",
        description =
                "Sends a target a signed event of type 'test', as it would get any other, and says what comes back.",
        mixinStandardHelpOptions = true)
final class WebhookTestCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config;

    @Parameters(paramLabel = "TARGET", description = "The <name> of trainwatch.webhook.<name>.url.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Settings settings = config.read(Map.of());
        Map<String, WebhookSettings> webhooks = settings.get(WebhookSettings.WEBHOOKS);
        if (!webhooks.containsKey(name)) {
            throw WebhookCommand.noTarget(name, webhooks.keySet());
        }
        InstantSource clock = InstantSource.system();
        TestDelivery sent;
        try (Clients clients = new Clients(
                TrainwatchSettings.callees(settings), settings.get(ProxySettings.PROXIES), clock, builder -> {})) {
            sent = TestDelivery.send(webhooks.get(name).target(), clients, clock);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                sent.status() == 0
                        ? name + ": " + sent.text()
                        : name + " answered " + sent.status() + (sent.taken() ? ": taken." : ": not taken."));
        if (sent.status() > 0 && !sent.text().isEmpty()) {
            out.println(sent.text());
        }
        out.flush();
        return sent.taken() ? ExitCode.OK : ExitCode.NOT_TAKEN;
    }
}
