package io.trainwatch.rules;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.rules.InvalidPolicy.Problem;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Spelling;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Makes a {@link WrittenPolicy} of a document, once. Goes on after a problem, so that a person sees all at once. */
final class PolicyReader {

    private static final Duration MAX_DURATION = Duration.ofDays(30);
    private static final List<String> ONLY_IN_FILES = List.of("name", "default", "applies-to");
    private static final Set<String> USAGE = Set.of("cpu", "memory");
    private static final JobPattern EVERY_JOB = JobPattern.parse("*:*/*");

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new WithUnit()))
            .build();

    private final YamlDocument document;
    private final JsonNode root;
    private final List<Problem> problems;

    private PolicyReader(YamlDocument document) {
        this.document = document;
        this.root = document.root();
        this.problems = new ArrayList<>(PolicySchema.check(document));
    }

    /** @throws InvalidPolicy with all that is wrong, in the order of the document */
    static WrittenPolicy read(YamlDocument document, String name, String hash) {
        return new PolicyReader(document).read(name, hash);
    }

    /**
     * Reads a policy that stands beside its jobs, and so cannot say which it is for.
     *
     * @throws InvalidPolicy with all that is wrong, in the order of the document
     */
    static WrittenPolicy readBesideJobs(YamlDocument document, String name, String hash) {
        PolicyReader reader = new PolicyReader(document);
        for (String field : ONLY_IN_FILES) {
            if (reader.root.has(field)) {
                reader.report("/" + field, "is for files; a policy beside a job is for that job");
            }
        }
        return reader.read(name, hash);
    }

    private WrittenPolicy read(String name, String hash) {
        // What does not fit the schema cannot be read any further.
        failIfWrong();
        Optional<Duration> gap = Optional.ofNullable(duration("/gap"));
        List<MaintenanceWindow> windows = windows();
        List<Rule> rules = rules();
        failIfWrong();
        try {
            new Policy(true, gap.orElse(null), rules);
        } catch (IllegalArgumentException e) {
            report("/rules", e.getMessage());
        }
        failIfWrong();
        return new WrittenPolicy(
                root.path("name").asText(name),
                root.path("default").asBoolean(false),
                patterns("applies-to"),
                root.path("auto-cancel").asBoolean(true),
                root.path("dry-run").asBoolean(false),
                patterns("exempt"),
                windows,
                root.has("max-cancels-per-hour")
                        ? OptionalInt.of(root.get("max-cancels-per-hour").intValue())
                        : OptionalInt.empty(),
                gap,
                rules,
                hash);
    }

    /** {@code true} in place of a list stands for every job. */
    private List<JobPattern> patterns(String field) {
        JsonNode given = root.path(field);
        if (given.isBoolean()) {
            return given.booleanValue() ? List.of(EVERY_JOB) : List.of();
        }
        List<JobPattern> patterns = new ArrayList<>();
        given.forEach(text -> patterns.add(JobPattern.parse(text.textValue())));
        return patterns;
    }

    private List<MaintenanceWindow> windows() {
        List<MaintenanceWindow> windows = new ArrayList<>();
        for (int i = 0; i < root.path("maintenance").size(); i++) {
            String pointer = "/maintenance/" + i;
            ZoneId zone = zone(pointer + "/time-zone");
            Duration duration = duration(pointer + "/duration");
            if (zone == null || duration == null) {
                continue;
            }
            try {
                windows.add(new MaintenanceWindow(root.at(pointer + "/cron").textValue(), duration, zone));
            } catch (IllegalArgumentException e) {
                String[] parts = e.getMessage().split(": ", 2);
                report(pointer + "/" + parts[0], parts[1]);
            }
        }
        return windows;
    }

    private ZoneId zone(String pointer) {
        String text = root.at(pointer).textValue();
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            report(
                    pointer,
                    Problem.quoted(text) + " is no time zone"
                            + Spelling.nearest(text, ZoneId.getAvailableZoneIds())
                                    .map(word -> "; did you mean '" + word + "'?")
                                    .orElse(". Write one such as Europe/Berlin or UTC."));
            return null;
        }
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < root.path("rules").size(); i++) {
            String pointer = "/rules/" + i;
            int before = problems.size();
            duration(pointer + "/within");
            duration(pointer + "/gap");
            if (problems.size() == before) {
                rules.addAll(rulesOf(pointer));
            }
        }
        return rules;
    }

    /** One, or the two that a rule with a window to warn and another to cancel is. */
    private List<Rule> rulesOf(String pointer) {
        ObjectNode written = root.at(pointer).deepCopy();
        boolean ofUsage = USAGE.contains(written.path("type").asText());
        if (written.path("type").asText().equals("stagnation")) {
            written.put("learning", !written.path("fixed").asBoolean(false)).remove("fixed");
        }
        boolean onlyWarns = written.path("level").asText().equals("warn");
        JsonNode window = written.path("window");
        Windows windows;
        try {
            if (window.isObject()) {
                windows = new Windows(window(window.path("warn")), window(window.path("cancel")));
            } else if (window.isMissingNode() && ofUsage) {
                windows = Windows.DEFAULT;
            } else {
                return rule(pointer, written).stream().toList();
            }
        } catch (IllegalArgumentException e) {
            report(pointer + "/window", e.getMessage());
            return List.of();
        }
        if (ofUsage && !written.has("warm-up")) {
            written.put("warm-up", windows.usualWarmUp().toSeconds() + "s");
        }
        if (onlyWarns) {
            windows = new Windows(windows.warn().or(windows::cancel), Optional.empty());
        }
        written.remove("window");
        // The id that the rule has where none is written is known to the rule alone.
        Level level = windows.cancel().isPresent() ? Level.CANCEL : Level.WARN;
        Optional<Rule> named = rule(
                pointer,
                levelled(written, level, windows.cancel().or(windows::warn).orElseThrow()));
        if (named.isEmpty()) {
            return List.of();
        }
        return windows.rules(
                named.get().id(),
                (id, other, each) -> other == level
                        ? named.get()
                        : rule(pointer, levelled(written.put("id", id), other, each))
                                .orElse(named.get()));
    }

    private static ObjectNode levelled(ObjectNode written, Level level, Window window) {
        return written.put("level", level.name().toLowerCase(Locale.ROOT)).put("window", window.toString());
    }

    private static Optional<Window> window(JsonNode text) {
        return text.isMissingNode() ? Optional.empty() : Optional.of(Window.parse(text.asText()));
    }

    private Optional<Rule> rule(String pointer, JsonNode written) {
        try {
            return Optional.of(MAPPER.treeToValue(written, Rule.class));
        } catch (JsonProcessingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
            String message = cause == e ? e.getOriginalMessage() : cause.getMessage();
            String window = written.path("window").asText();
            boolean isOfWindow = message.startsWith("is ") || message.startsWith("cusum ");
            report(
                    isOfWindow ? pointer + "/window" : pointer,
                    message.startsWith("is ") ? Problem.quoted(window) + " " + message : message);
            return Optional.empty();
        }
    }

    /** {@code null} where it is not given, or reported. */
    private Duration duration(String pointer) {
        JsonNode given = root.at(pointer);
        if (given.isMissingNode()) {
            return null;
        }
        Duration duration = Quantities.parseDuration(given.textValue());
        if (duration.isZero() || duration.compareTo(MAX_DURATION) > 0) {
            report(pointer, Problem.quoted(given.textValue()) + " is not more than 0 and at most 30d");
            return null;
        }
        return duration;
    }

    private void report(String pointer, String what) {
        problems.add(document.problem(pointer, what));
    }

    private void failIfWrong() {
        if (!problems.isEmpty()) {
            throw new InvalidPolicy(problems.stream()
                    .distinct()
                    .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                    .toList());
        }
    }

    /** A time such as {@code 90s}, as the settings write it. */
    private static final class WithUnit extends StdDeserializer<Duration> {

        WithUnit() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return Quantities.parseDuration(json.getText());
        }
    }
}
