package io.trainwatch.cli;

import io.trainwatch.Targets;
import io.trainwatch.settings.Settings;
import io.trainwatch.webhook.Delivery;
import io.trainwatch.webhook.DeliveryRequest;
import io.trainwatch.webhook.WebhookTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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

    private static final int SHOWN_BYTES = 500;

    @Mixin
    private ConfigOption config;

    @Parameters(paramLabel = "TARGET", description = "The <name> of trainwatch.webhook.<name>.url.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = config.read(Map.of());
        WebhookTarget target = Targets.of(settings.webhooks(), 1).get(name);
        if (target == null) {
            throw new UsageException("There is no target '" + name + "'; configured: "
                    + String.join(", ", settings.webhooks().keySet()) + ".");
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            HttpResponse<InputStream> answer = send(target, settings);
            boolean taken = answer.statusCode() >= 200 && answer.statusCode() < 300;
            out.println(name + " answered " + answer.statusCode() + (taken ? ": taken." : ": not taken."));
            try (InputStream body = answer.body()) {
                String text = new String(body.readNBytes(SHOWN_BYTES), StandardCharsets.UTF_8);
                if (!text.isBlank()) {
                    out.println(text.replaceAll("\\p{Cntrl}", " "));
                }
            }
            return taken ? ExitCode.OK : ExitCode.NOT_TAKEN;
        } catch (IOException e) {
            // Without the message, which may hold the address and a secret in it.
            out.println(name + " gave no answer: " + e.getClass().getSimpleName());
            return ExitCode.NOT_TAKEN;
        } finally {
            out.flush();
        }
    }

    private static HttpResponse<InputStream> send(WebhookTarget target, Settings settings)
            throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        DeliveryRequest event = DeliveryRequest.of(Delivery.ofTest(target, clock.instant()), clock.instant());
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url())
                .timeout(target.limits().timeout())
                .header("User-Agent", "trainwatch")
                .POST(HttpRequest.BodyPublishers.ofByteArray(event.body()));
        event.headers().forEach(request::header);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.request().connectTimeout())
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }
}
