package io.trainwatch.errors;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests a server still takes, and until when its count goes: {@code RateLimit} with {@code RateLimit-Policy}
 * (draft-ietf-httpapi-ratelimit-headers-11), the three fields of its earlier drafts, and {@code X-RateLimit-Remaining}
 * with {@code X-RateLimit-Reset}. Of several policies the one that allows least counts.
 *
 * @param remaining requests, 0 or more
 * @param reset the time until the count begins anew, more than zero
 */
public record RequestQuota(double remaining, Duration reset) {

    private static final List<String> PREFIXES = List.of("RateLimit", "X-RateLimit", "X-Rate-Limit");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
    /** A policy by its name, with its parameters: {@code "default";r=50;t=30}. */
    private static final Pattern ITEM =
            Pattern.compile("\\s*(\"[^\"]*\"|[^\",;\\s=]+)((?:\\s*;\\s*[a-z]+=[^;,\\s]+)*)\\s*");

    private static final Pattern PARAMETER = Pattern.compile(";\\s*([a-z]+)=(\\d{1,15})");
    private static final Duration MIN_RESET = Duration.ofSeconds(1);

    /** Requests a second that use up what remains when the count begins anew. */
    public double perSecond() {
        return remaining * 1000 / reset.toMillis();
    }

    /**
     * What the headers of a response say; empty where they say nothing that can be read.
     *
     * @param header a header's value by its name; {@code null} where it is missing
     */
    public static Optional<RequestQuota> of(UnaryOperator<String> header, Instant now) {
        List<RequestQuota> quotas = new ArrayList<>(ofPolicies(header.apply("RateLimit"), header));
        for (String prefix : PREFIXES) {
            of(header.apply(prefix + "-Remaining"), header.apply(prefix + "-Reset"), now)
                    .ifPresent(quotas::add);
        }
        return quotas.stream().min(Comparator.comparingDouble(RequestQuota::perSecond));
    }

    private static List<RequestQuota> ofPolicies(String value, UnaryOperator<String> header) {
        if (value == null) {
            return List.of();
        }
        Map<String, Map<String, Long>> limits = items(value);
        Map<String, Map<String, Long>> policies = items(header.apply("RateLimit-Policy"));
        List<RequestQuota> quotas = new ArrayList<>();
        limits.forEach((name, limit) -> {
            Long remaining = limit.get("r");
            Long seconds = limit.getOrDefault(
                    "t", policies.getOrDefault(name, Map.of()).get("w"));
            if (remaining != null && seconds != null) {
                quotas.add(quota(remaining, Duration.ofSeconds(seconds)));
            }
        });
        return quotas;
    }

    private static Map<String, Map<String, Long>> items(String value) {
        Map<String, Map<String, Long>> items = new HashMap<>();
        if (value == null) {
            return items;
        }
        for (String part : value.split(",")) {
            Matcher item = ITEM.matcher(part);
            if (item.matches()) {
                Map<String, Long> parameters = items.computeIfAbsent(item.group(1), name -> new HashMap<>());
                PARAMETER
                        .matcher(item.group(2))
                        .results()
                        .forEach(found -> parameters.put(found.group(1), Long.parseLong(found.group(2))));
            }
        }
        return items;
    }

    private static Optional<RequestQuota> of(String remaining, String reset, Instant now) {
        if (remaining == null
                || reset == null
                || !NUMBER.matcher(remaining.strip()).matches()) {
            return Optional.empty();
        }
        return RetryAfter.wait(reset.strip(), now).map(wait -> quota(Double.parseDouble(remaining.strip()), wait));
    }

    private static RequestQuota quota(double remaining, Duration reset) {
        Duration bounded = Backoff.atMost(RetryAfter.LONGEST, reset);
        return new RequestQuota(remaining, bounded.compareTo(MIN_RESET) < 0 ? MIN_RESET : bounded);
    }
}
