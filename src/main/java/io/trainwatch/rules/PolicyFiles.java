package io.trainwatch.rules;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.rules.PolicyVersions.Version;
import io.trainwatch.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in the files of the policy directory, at the start and whenever they change. What is new is audited first and in
 * force then; what cannot be used is refused, and what was in force before stays so, even after a restart. Thread-safe.
 */
public final class PolicyFiles {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.rules");
    /** So many digits tell versions apart for people. */
    private static final int SHORT_HASH = 12;

    private static final int MAX_NAMED = 3;
    private static final String READING = "Reading the policy files";
    private static final String FOLDER = "The folder of policies";

    private final Policies policies;
    private final PolicySettings settings;
    private final Store store;
    private final Journal journal;
    private final RepeatedFaults faults;
    private final InstantSource clock;
    private final StableFiles files;
    private Map<String, WrittenPolicy> inForce = new TreeMap<>();
    private Map<String, String> refused = new TreeMap<>();
    private boolean toChoose;
    private volatile List<String> problems = List.of();

    public PolicyFiles(
            PolicySettings settings,
            Policies policies,
            Store store,
            Journal journal,
            RepeatedFaults faults,
            InstantSource clock) {
        this.faults = faults;
        this.policies = policies;
        this.settings = settings;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.files = new StableFiles(settings.directory());
    }

    /** What is wrong with files at the moment, for people; empty where nothing is. */
    public List<String> problems() {
        return problems;
    }

    /**
     * A policy in force.
     *
     * @param source the file, or {@code settings}
     * @param since when it came into force; {@code null} where nobody knows
     */
    public record InForce(String source, WrittenPolicy policy, Instant since) {}

    /** The policies in force, that of the settings last. */
    public synchronized List<InForce> inForce() {
        Map<String, Instant> since = store.read(PolicyVersions::since);
        List<InForce> all = new ArrayList<>();
        inForce.forEach((file, policy) -> all.add(new InForce(file, policy, since.get(file))));
        all.add(new InForce(WrittenPolicy.OF_SETTINGS, WrittenPolicy.of(settings), since.get(PolicyVersions.SETTINGS)));
        return all;
    }

    /** Takes the files as they are, before any job is judged; in place of one that cannot be used, its last good version. */
    public synchronized void start() {
        List<Version> before = store.read(PolicyVersions::inForce);
        for (Version version : before) {
            if (!version.file().equals(PolicyVersions.SETTINGS)) {
                remember(version);
            }
        }
        rememberSettings(before);
        files.readAll();
        choose();
        tellProblems();
        LOG.info("{}", settings.cancelNotice(inForce.values()));
    }

    /** Takes what has changed and settled since the last call; to be called about twice a second. */
    public synchronized void reload() {
        toChoose |= files.look();
        if (toChoose) {
            choose();
        }
        tellProblems();
    }

    private void remember(Version version) {
        try {
            byte[] content = version.content().getBytes(StandardCharsets.UTF_8);
            inForce.put(version.file(), WrittenPolicy.parse(content, WrittenPolicy.stem(version.file())));
        } catch (InvalidPolicy e) {
            faults.warn(
                    READING,
                    READING,
                    "the version of " + version.file() + " that was in force cannot be read any more: "
                            + e.getMessage());
        }
    }

    /** Another policy of the settings is recorded too, but no first one. */
    private void rememberSettings(List<Version> before) {
        WrittenPolicy now = WrittenPolicy.of(settings);
        String previous = before.stream()
                .filter(version -> version.file().equals(PolicyVersions.SETTINGS))
                .map(Version::hash)
                .findFirst()
                .orElse(null);
        if (now.hash().equals(previous)) {
            return;
        }
        store.transaction(handle -> {
            change(handle, PolicyVersions.SETTINGS, now, WrittenPolicy.text(settings));
            if (previous != null) {
                audit(
                        handle,
                        AuditAction.POLICY_CHANGED,
                        details(PolicyVersions.SETTINGS, now).put("previous", previous));
            }
            return null;
        });
    }

    /** Until it is committed, nothing counts as done: after a failure the next call tries again. */
    private void choose() {
        PolicySet choice = files.isThere()
                ? PolicySet.among(files.contents(), inForce)
                : new PolicySet(inForce, Map.of()); // not mounted, more likely than emptied
        store.transaction(handle -> {
            choice.inForce().forEach((file, policy) -> {
                if (!isInForce(file, policy)) {
                    String content = new String(files.contents().get(file).bytes(), StandardCharsets.UTF_8);
                    ObjectNode details = details(file, policy).put("previous", hash(inForce.get(file)));
                    change(handle, file, policy, content);
                    audit(handle, AuditAction.POLICY_CHANGED, details);
                }
            });
            inForce.forEach((file, policy) -> {
                if (!choice.inForce().containsKey(file)) {
                    PolicyVersions.end(handle, file);
                    ObjectNode details = details().put("file", file).put("name", policy.name());
                    audit(
                            handle,
                            AuditAction.POLICY_CHANGED,
                            details.put("removed", true).put("previous", policy.hash()));
                }
            });
            choice.refused().forEach((file, problem) -> {
                String reason = problem.getMessage();
                if (!reason.equals(refused.get(file))) {
                    String hash = files.contents().get(file).hash();
                    ObjectNode details =
                            details().put("file", file).put("hash", hash).put("reason", reason);
                    audit(
                            handle,
                            AuditAction.POLICY_REFUSED,
                            details.put("in_force", hash(choice.inForce().get(file))));
                }
            });
            return null;
        });
        log(choice);
        policies.take(choice.inForce().values());
        inForce = choice.inForce();
        refused = new TreeMap<>();
        choice.refused().forEach((file, problem) -> refused.put(file, problem.getMessage()));
        toChoose = false;
    }

    private void log(PolicySet choice) {
        choice.inForce().forEach((file, policy) -> {
            if (!isInForce(file, policy)) {
                LOG.info(
                        "The policy {} of {} is in force, version {}: {}",
                        policy.name(),
                        file,
                        shortHash(policy),
                        extent(policy));
            }
        });
        inForce.forEach((file, policy) -> {
            if (!choice.inForce().containsKey(file)) {
                LOG.info("The policy {} is no longer in force, since {} is gone", policy.name(), file);
            }
        });
        List<String> news = new ArrayList<>();
        choice.refused().forEach((file, problem) -> {
            String reason = problem.getMessage();
            if (!reason.equals(refused.get(file))) {
                news.add(refusal(file, reason, choice.inForce().get(file)));
            }
        });
        if (!news.isEmpty()) {
            int others = news.size() - MAX_NAMED;
            faults.warn(
                    READING,
                    READING,
                    news.stream().limit(MAX_NAMED).collect(Collectors.joining(". "))
                            + (others > 0 ? ". And " + others + " more; /api/health names them" : ""));
        }
    }

    private void tellProblems() {
        List<String> words = new ArrayList<>();
        Optional<String> unreadable = files.unreadable();
        if (unreadable.isPresent() || !inForce.isEmpty() && !files.isThere()) {
            String why = settings.directory() + " cannot be read: it " + unreadable.orElse("is not there")
                    + "; what was read from it stays in force";
            faults.warn(FOLDER, FOLDER, why);
            words.add(FOLDER + " " + why);
        } else {
            faults.works(FOLDER);
        }
        if (refused.isEmpty()) {
            faults.works(READING);
        }
        refused.forEach((file, reason) -> words.add(refusal(file, reason, inForce.get(file))));
        problems = List.copyOf(words);
    }

    /** Such as {@code 2 rules for acme:vision/*}. */
    static String extent(WrittenPolicy policy) {
        List<String> jobs = new ArrayList<>();
        policy.appliesTo().forEach(pattern -> jobs.add(pattern.toString()));
        if (policy.forAll()) {
            jobs.add("all jobs that no other is for");
        }
        int rules = policy.rules().size();
        return rules + (rules == 1 ? " rule" : " rules") + " for " + String.join(", ", jobs);
    }

    private static String refusal(String file, String reason, WrittenPolicy stays) {
        // Some reasons end with what is allowed, as a sentence, or with a question.
        String sentence = reason.endsWith(".") || reason.endsWith("?") ? reason : reason + ".";
        return "The policy file " + file + " is refused: " + sentence + " "
                + (stays == null ? "Nothing of it is in force" : "Its version " + shortHash(stays) + " stays in force");
    }

    private boolean isInForce(String file, WrittenPolicy policy) {
        return policy.hash().equals(hash(inForce.get(file)));
    }

    private void change(Handle handle, String file, WrittenPolicy policy, String content) {
        PolicyVersions.end(handle, file);
        Version version = new Version(file, policy.hash(), policy.name(), content);
        PolicyVersions.keep(handle, version, true, clock.instant());
    }

    /** Of no job, so the names of tenant, project and job are empty. */
    private void audit(Handle handle, AuditAction action, ObjectNode details) {
        journal.write(handle, AuditEntry.ofNoJob(clock.instant(), action, details.toString()));
    }

    /** What a reader of the audit wants to know of a policy without having its file. */
    private static ObjectNode details(String file, WrittenPolicy policy) {
        ObjectNode details =
                details().put("file", file).put("name", policy.name()).put("hash", policy.hash());
        ArrayNode appliesTo = details.put("default", policy.forAll()).putArray("applies_to");
        policy.appliesTo().forEach(pattern -> appliesTo.add(pattern.toString()));
        details.put("auto_cancel", policy.autoCancel()).put("dry_run", policy.dryRun());
        ArrayNode rules = details.putArray("rules");
        policy.rules().forEach(rule -> rules.add(rule.id() + " (" + word(rule) + "): " + rule.meaning()));
        return details;
    }

    private static String word(Rule rule) {
        return rule.level().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode details() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String hash(WrittenPolicy policy) {
        return policy == null ? null : policy.hash();
    }

    private static String shortHash(WrittenPolicy policy) {
        return policy.hash().substring(0, SHORT_HASH);
    }
}
