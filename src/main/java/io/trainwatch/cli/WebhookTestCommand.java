package io.trainwatch.cli;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.http.Clients;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.text.SafeText;
import io.trainwatch.webhook.Delivery;
import io.trainwatch.webhook.DeliveryRequest;
import io.trainwatch.webhook.DeliveryResult;
import io.trainwatch.webhook.WebhookSettings;
import io.trainwatch.webhook.WebhookTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
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

    private static final int SHOWN_CHARACTERS = 500;
    private static final int MAX_BYTES = 64 * 1024;

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
        WebhookTarget target = webhooks.get(name).target();
        if (target.camelUri().isPresent()) {
            throw new UsageException(
                    "The target " + name + " is a Camel endpoint, which only the running service can send to."
                            + " Send to it from a route, or test a target with a URL.");
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            return send(target, settings, answer -> report(target, answer, out));
        } catch (IOException e) {
            out.println(name + ": "
                    + DeliveryResult.ofException(e, target.limits().timeout()).reason());
            return ExitCode.NOT_TAKEN;
        } finally {
            out.flush();
        }
    }

    private int report(WebhookTarget target, ClassicHttpResponse answer, PrintWriter out) throws IOException {
        byte[] body = answer.getEntity() == null
                ? new byte[0]
                : answer.getEntity().getContent().readNBytes(MAX_BYTES);
        boolean taken = DeliveryResult.isTaken(target.payload().format(), answer.getCode(), body);
        out.println(name + " answered " + answer.getCode() + (taken ? ": taken." : ": not taken."));
        String text = SafeText.bounded(new String(body, StandardCharsets.UTF_8), SHOWN_CHARACTERS);
        if (!text.isBlank()) {
            out.println(text);
        }
        return taken ? ExitCode.OK : ExitCode.NOT_TAKEN;
    }

    private static int send(WebhookTarget target, Settings settings, HttpClientResponseHandler<Integer> report)
            throws IOException {
        InstantSource clock = InstantSource.system();
        DeliveryRequest event = DeliveryRequest.of(Delivery.ofTest(target, clock.instant()), clock.instant());
        HttpPost request = new HttpPost(target.url());
        event.headers().forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(event.body(), null));
        try (Clients clients = new Clients(
                TrainwatchSettings.callees(settings), settings.get(ProxySettings.PROXIES), clock, builder -> {})) {
            return clients.get(Clients.webhook(target.name())).execute(request, report);
        }
    }
}
