package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.trainwatch.signing.KeyForm;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What we send while secrets are changed, judged by the verifiers that receivers use. Both reference libraries check v1
 * only and pass over v1a, which Java's own Ed25519 checks here.
 */
class StandardWebhooksTest {

    private static final int DELIVERIES = Integer.getInteger("trainwatch.signatures", 2_000);
    private static final List<String> PARTS = List.of("body", "id", "time", "signature", "key");
    private static final Random RANDOM = new Random(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String OLD = shared();
    private static final String NEW = shared();
    private static final String STRANGE = shared();

    private static KeyPair ed25519;
    private static KeyPair strangeEd25519;
    private static String ed25519Secret;

    /** A delivery as a receiver with that secret gets it. */
    private record Received(String secret, Map<String, String> headers, String body) {}

    @BeforeAll
    static void makeKeys() throws Exception {
        ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        strangeEd25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] seed = ((EdECPrivateKey) ed25519.getPrivate()).getBytes().orElseThrow();
        ed25519Secret = "whsk_" + Base64.getEncoder().encodeToString(seed);
    }

    @Test
    void theJavaLibraryAcceptsAllThatWeSendAndNothingElse() throws Exception {
        Map<String, Webhook> verifiers =
                Stream.of(OLD, NEW, STRANGE).collect(Collectors.toMap(key -> key, Webhook::new));
        for (Received genuine : genuine()) {
            assertThat(acceptedByJava(verifiers, genuine)).as("%s", genuine).isTrue();
        }
        for (Received forged : forged()) {
            assertThat(acceptedByJava(verifiers, forged)).as("%s", forged).isFalse();
        }
    }

    @Test
    void theJavaScriptLibraryAcceptsAllThatWeSendAndNothingElse(@TempDir Path folder) throws Exception {
        assumeTrue(installed(folder), "npm or the package standardwebhooks is not to be had here");
        assertThat(judgedByJavaScript(folder, genuine())).hasSize(DELIVERIES).containsOnly("accepted");
        assertThat(judgedByJavaScript(folder, forged())).hasSize(DELIVERIES).containsOnly("refused");
    }

    @Test
    void ed25519AcceptsAllThatWeSendAndNothingElse() throws Exception {
        int checked = 0;
        for (Received genuine : genuine()) {
            if (genuine.headers().get("webhook-signature").contains("v1a,")) {
                assertThat(acceptedByEd25519(ed25519.getPublic(), genuine)).isTrue();
                checked++;
            }
        }
        for (Received forged : forged()) {
            PublicKey key = forged.secret().equals(STRANGE) ? strangeEd25519.getPublic() : ed25519.getPublic();
            assertThat(acceptedByEd25519(key, forged)).isFalse();
        }
        assertThat(checked).isGreaterThan(DELIVERIES / 2);
    }

    /** A third before the rotation, a third during it, a third after it; receivers change their secret meanwhile. */
    private static List<Received> genuine() {
        List<Received> all = new ArrayList<>();
        for (int i = 0; i < DELIVERIES; i++) {
            int phase = i * 3 / DELIVERIES;
            List<String> active = switch (phase) {
                case 0 -> List.of(OLD);
                case 1 -> List.of(OLD, NEW, ed25519Secret);
                default -> List.of(ed25519Secret, NEW);
            };
            String receivers = phase == 0 || phase == 1 && RANDOM.nextBoolean() ? OLD : NEW;
            Delivery.Request request = send(active, i);
            all.add(new Received(receivers, request.headers(), new String(request.body(), StandardCharsets.UTF_8)));
        }
        return all;
    }

    private static List<Received> forged() {
        List<Received> forged = new ArrayList<>();
        List<Received> genuine = genuine();
        for (int i = 0; i < DELIVERIES; i++) {
            forged.add(mutated(genuine.get(i), PARTS.get(i % PARTS.size())));
        }
        return forged;
    }

    private static Delivery.Request send(List<String> secrets, int number) {
        EventType type = EventType.values()[number % EventType.values().length];
        WebhookTarget.Signature signature =
                new WebhookTarget.Signature(KeyForm.WEBHOOK.parse(String.join(",", secrets)));
        Payload.Format format = Payload.Format.values()[number % Payload.Format.values().length];
        Payload payload = new Payload(format, format.template(), Optional.of("key"));
        WebhookTarget target = Events.target(
                "ops",
                URI.create("https://ops.example"),
                Optional.of(signature),
                EnumSet.allOf(EventType.class),
                payload,
                Map.of(),
                WebhookTarget.Limits.DEFAULT,
                false);
        String id = Event.id("acme", "bots", "job-" + number, 1, "ended");
        Delivery delivery = new Delivery(
                1,
                target,
                "acme:bots/job-" + number,
                id,
                type,
                Events.AT,
                format,
                payload.body(Events.of(type)),
                1,
                1,
                false);
        return Delivery.Request.of(delivery, Instant.now());
    }

    private static Received mutated(Received genuine, String part) {
        Map<String, String> headers = new HashMap<>(genuine.headers());
        String body = genuine.body();
        String secret = genuine.secret();
        switch (part) {
            case "body" -> body = changed(body);
            case "id" -> headers.compute("webhook-id", (name, id) -> changed(id));
            case "time" ->
                headers.compute(
                        "webhook-timestamp",
                        (name, time) -> Long.toString(Long.parseLong(time) + 1 + RANDOM.nextInt(60)));
            case "signature" ->
                headers.compute(
                        "webhook-signature",
                        (name, all) -> Stream.of(all.split(" "))
                                .map(StandardWebhooksTest::forgedSignature)
                                .collect(Collectors.joining(" ")));
            default -> secret = STRANGE;
        }
        return new Received(secret, headers, body);
    }

    /** Another letter or digit in place of one of them. */
    private static String changed(String text) {
        StringBuilder changed = new StringBuilder(text);
        int at;
        do {
            at = RANDOM.nextInt(text.length());
        } while (!Character.isLetterOrDigit(text.charAt(at)));
        changed.setCharAt(at, text.charAt(at) == '7' ? '8' : '7');
        return changed.toString();
    }

    private static String forgedSignature(String signature) {
        String[] parts = signature.split(",");
        byte[] bytes = Base64.getDecoder().decode(parts[1]);
        bytes[RANDOM.nextInt(bytes.length)] ^= (byte) (1 << RANDOM.nextInt(8));
        return parts[0] + "," + Base64.getEncoder().encodeToString(bytes);
    }

    private static boolean acceptedByJava(Map<String, Webhook> verifiers, Received received) {
        Map<String, List<String>> headers = received.headers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
        try {
            verifiers.get(received.secret()).verify(received.body(), headers);
            return true;
        } catch (WebhookVerificationException e) {
            return false;
        }
    }

    private static boolean acceptedByEd25519(PublicKey key, Received received) throws Exception {
        String signed = received.headers().get("webhook-id") + "."
                + received.headers().get("webhook-timestamp") + "." + received.body();
        for (String signature : received.headers().get("webhook-signature").split(" ")) {
            if (signature.startsWith("v1a,")) {
                java.security.Signature check = java.security.Signature.getInstance("Ed25519");
                check.initVerify(key);
                check.update(signed.getBytes(StandardCharsets.UTF_8));
                try {
                    if (check.verify(Base64.getDecoder().decode(signature.substring(4)))) {
                        return true;
                    }
                } catch (java.security.SignatureException e) {
                    // Not even the form of a signature.
                }
            }
        }
        return false;
    }

    private static boolean installed(Path folder) throws InterruptedException {
        try {
            Process npm = new ProcessBuilder("npm", "install", "--silent", "--no-audit", "standardwebhooks@1.1.1")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("npm.log").toFile())
                    .start();
            return npm.waitFor(2, TimeUnit.MINUTES) && npm.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> judgedByJavaScript(Path folder, List<Received> deliveries) throws Exception {
        Path script = folder.resolve("verify.js");
        Files.copy(
                Path.of("src/test/resources/verify-standard-webhooks.js"),
                script,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path input = folder.resolve("deliveries.jsonl");
        try (var lines = Files.newBufferedWriter(input)) {
            for (Received delivery : deliveries) {
                lines.write(JSON.writeValueAsString(
                        Map.of("secret", delivery.secret(), "headers", delivery.headers(), "body", delivery.body())));
                lines.newLine();
            }
        }
        Path output = folder.resolve("answers.txt");
        Process node = new ProcessBuilder("node", script.toString())
                .directory(folder.toFile())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readAllLines(output);
    }

    private static String shared() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }
}
