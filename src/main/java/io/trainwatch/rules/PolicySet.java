package io.trainwatch.rules;

import io.trainwatch.rules.InvalidPolicy.Problem;
import io.trainwatch.rules.StableFiles.Content;
import io.trainwatch.rules.YamlDocument.Place;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which files are in force: those that can be used and do not contradict each other. Of a file that cannot be used, the
 * version that was in force stays so.
 *
 * @param inForce by file
 * @param refused why the content of a file is not in force, by file
 */
public record PolicySet(Map<String, WrittenPolicy> inForce, Map<String, InvalidPolicy> refused) {

    private static final Set<String> RESERVED = Set.of(WrittenPolicy.BESIDE_JOBS, WrittenPolicy.OF_SETTINGS);

    /** What a service that has had no files yet would make of these, as though one folder held them. */
    public static PolicySet ofFiles(Collection<Path> files) {
        Map<String, Content> contents = new TreeMap<>();
        files.forEach(file -> contents.put(file.toString(), Content.of(file)));
        return among(contents, Map.of());
    }

    /** The same of the files of a policy directory, by their names in it; empty where it is not there or cannot be read. */
    public static Optional<PolicySet> ofFolder(Path folder) {
        StableFiles files = new StableFiles(folder);
        files.readAll();
        return files.isThere() ? Optional.of(among(files.contents(), Map.of())) : Optional.empty();
    }

    /**
     * Chooses among the contents. Where two contradict each other, the one that is in force already stays so, and else the
     * one whose file comes first.
     *
     * @param before what is in force now, by file
     */
    static PolicySet among(Map<String, Content> contents, Map<String, WrittenPolicy> before) {
        PolicySet choice = new PolicySet(new TreeMap<>(), new TreeMap<>());
        Map<String, WrittenPolicy> changed = new TreeMap<>();
        contents.forEach((file, content) -> {
            WrittenPolicy old = before.get(file);
            if (old != null && old.hash().equals(content.hash())) {
                choice.inForce.put(file, old);
                return;
            }
            try {
                changed.put(file, WrittenPolicy.read(content, file));
            } catch (InvalidPolicy e) {
                choice.refuse(file, e, old);
            }
        });
        changed.forEach((file, policy) -> {
            Optional<InvalidPolicy> contradiction = choice.contradiction(policy, contents.get(file));
            if (contradiction.isEmpty()) {
                choice.inForce.put(file, policy);
            } else {
                WrittenPolicy old = before.get(file);
                boolean canStay = old != null && choice.contradiction(old, null).isEmpty();
                choice.refuse(file, contradiction.get(), canStay ? old : null);
            }
        });
        return choice;
    }

    private void refuse(String file, InvalidPolicy reason, WrittenPolicy old) {
        refused.put(file, reason);
        if (old != null) {
            inForce.put(file, old);
        }
    }

    /** @param content for the lines; {@code null} where nobody wants to know them */
    private Optional<InvalidPolicy> contradiction(WrittenPolicy policy, Content content) {
        if (!policy.forAll() && policy.appliesTo().isEmpty()) {
            return problem(content, "", "is for no job: write applies-to, or default: true");
        }
        if (RESERVED.contains(policy.name())) {
            return problem(content, "/name", "'" + policy.name() + "' is the name of another kind of policy");
        }
        for (Map.Entry<String, WrittenPolicy> entry : inForce.entrySet()) {
            WrittenPolicy other = entry.getValue();
            if (other.name().equals(policy.name())) {
                return problem(content, "/name", "'" + policy.name() + "' is the name of " + entry.getKey() + " too");
            }
            if (other.forAll() && policy.forAll()) {
                return problem(content, "/default", entry.getKey() + " is for all jobs already, and one file can be");
            }
            Optional<InvalidPolicy> tie = tie(policy.appliesTo(), other.appliesTo(), entry.getKey(), content);
            if (tie.isPresent()) {
                return tie;
            }
        }
        return Optional.empty();
    }

    private static Optional<InvalidPolicy> tie(
            List<JobPattern> patterns, List<JobPattern> others, String file, Content content) {
        for (int i = 0; i < patterns.size(); i++) {
            for (JobPattern other : others) {
                if (patterns.get(i).ties(other)) {
                    return problem(
                            content,
                            "/applies-to/" + i,
                            "'" + patterns.get(i) + "' ties with '" + other + "' of " + file
                                    + ": there can be jobs that both match, and neither says more; make one of them"
                                    + " more specific");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<InvalidPolicy> problem(Content content, String pointer, String what) {
        Problem problem = content == null
                ? Problem.at(Place.START, YamlDocument.path(pointer), what)
                : YamlDocument.read(new String(content.bytes(), StandardCharsets.UTF_8))
                        .problem(pointer, what);
        return Optional.of(new InvalidPolicy(problem));
    }
}
