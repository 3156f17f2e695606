package io.trainwatch.job;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A good status of {@code job-1}, spoilt in one way. */
public record BadDocument(String how, String text) {

    /** Those that decide what a document is about; without any other, it is a status all the same. */
    private static final List<String> FIELDS = List.of("job_id", "state");

    private static final List<String> NEVER_VALID = List.of(
            "\"\"",
            "true",
            "{\"a\":1}",
            "[[]]",
            "null",
            "1e999",
            "-1e999",
            "NaN",
            "-1",
            "\"42\"",
            "\"COMPLETE\"",
            "1".repeat(100),
            "\"" + "x".repeat(9_000) + "\"",
            "[".repeat(200) + "]".repeat(200));

    public static BadDocument random(Random random) {
        String field = FIELDS.get(random.nextInt(FIELDS.size()));
        return switch (random.nextInt(5)) {
            case 0 -> spoilt("without " + field, text -> text.replace("\"" + field + "\":", "\"x\":"));
            case 1 -> {
                String value = NEVER_VALID.get(random.nextInt(NEVER_VALID.size()));
                yield spoilt(field + " = " + value, text -> withValue(text, field, value));
            }
            case 2 -> {
                String doubled = "\"" + field + "\":" + random.nextInt(100) + ",\"" + field + "\":";
                yield spoilt("doubled " + field, text -> text.replace("\"" + field + "\":", doubled));
            }
            case 3 -> {
                int length = random.nextInt(Statuses.document().length());
                yield spoilt("cut after " + length, text -> text.substring(0, length));
            }
            default -> {
                byte[] noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                yield new BadDocument("noise", new String(noise, StandardCharsets.ISO_8859_1));
            }
        };
    }

    private static String withValue(String text, String field, String value) {
        return text.replaceFirst("\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":" + value);
    }

    private static BadDocument spoilt(String how, UnaryOperator<String> change) {
        return new BadDocument(how, change.apply(Statuses.document()));
    }
}
