package io.trainwatch.rules;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Every version of a policy that was in force, in the store: what a decision was made by can be seen later, and the last
 * good version of a file outlives a restart.
 */
final class PolicyVersions {

    /** Stands for the file where the settings say what the policy is. */
    static final String SETTINGS = "";

    private PolicyVersions() {}

    /** @param file its name in the directory of policies, {@link #SETTINGS}, or {@link WrittenPolicy.OwnPolicy#NAME} */
    record Version(String file, String hash, String name, String content) {}

    /** The versions of files that were in force when this was last written; that of the settings among them. */
    static List<Version> inForce(Handle handle) {
        return handle.createQuery(
                        "select file, hash, name, content from policy_version where in_force = 1 order by file")
                .map((row, context) -> new Version(
                        row.getString("file"), row.getString("hash"), row.getString("name"), row.getString("content")))
                .list();
    }

    /** Since when the versions are in force, by file. */
    static Map<String, Instant> since(Handle handle) {
        return handle
                .createQuery("select file, taken_at from policy_version where in_force = 1")
                .map((row, context) -> Map.entry(row.getString("file"), Instant.ofEpochMilli(row.getLong("taken_at"))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Adds the version, or says that it is used once more. */
    static void keep(Handle handle, Version version, boolean inForce, Instant now) {
        handle.createUpdate("insert into policy_version (file, hash, name, content, taken_at, in_force)"
                        + " values (:file, :hash, :name, :content, :now, :inForce)"
                        + " on conflict (file, hash) do update set taken_at = :now, in_force = :inForce")
                .bind("file", version.file())
                .bind("hash", version.hash())
                .bind("name", version.name())
                .bind("content", version.content())
                .bind("now", now.toEpochMilli())
                .bind("inForce", inForce ? 1 : 0)
                .execute();
    }

    /** Says that no version of the file is in force. */
    static void end(Handle handle, String file) {
        handle.createUpdate("update policy_version set in_force = 0 where file = :file and in_force = 1")
                .bind("file", file)
                .execute();
    }
}
