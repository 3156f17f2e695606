package io.trainwatch.audit;

import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import io.trainwatch.signing.KeyForm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the audit is written.
 *
 * @param directory holds the files; made when the first line is written
 * @param owner the node whose folder this is; empty where all nodes are on one machine
 * @param maxSize bytes of a file at most, unless one line is longer
 * @param retention how long a file is kept behind its last line; empty for ever
 * @param maxWaiting rows that wait for the file before observations are only counted
 */
public record AuditOptions(
        Path directory, String owner, AuditKeys keys, long maxSize, Optional<Duration> retention, int maxWaiting) {

    public static final Section SECTION = new Section("Audit", "The record of what was done and why.");

    public static final Setting<Path> DIRECTORY =
            SECTION.setting("audit.directory", Addresses.directory(), "audit", "Where the audit files are written.");
    public static final Setting<StatusChecks> STATUS_CHECKS = SECTION.setting(
            "audit.status-checks",
            ValueType.oneOf(StatusChecks.class),
            "changes",
            "Which looks get an audit line of their own: every one, those that saw a change, or none.");
    public static final Setting<AuditKeys> KEYS = SECTION.optional(
            "audit.key",
            keysType(),
            "The keys of the checkpoints: the first signs, the others check what they signed before; checkpoints are"
                    + " unsigned without one. See [the audit](audit.md).");
    private static final Setting<String> FORM = SECTION.setting(
            "audit.format",
            formType(),
            "plain",
            "Of no use any more, as one form is left; `ecs` stops the start. See [the audit](audit.md).");
    private static final Setting<Long> MAX_SIZE = SECTION.setting(
            "audit.max-size",
            Quantities.size("16KiB", "64GiB"),
            "256MiB",
            "The size at which a new file is begun, also within a day.");
    private static final Setting<Duration> RETENTION = SECTION.optional(
            "audit.retention",
            Quantities.duration("1m", "36500d"),
            "How long a file is kept behind its last line; it is removed only after it was verified. All are kept unless"
                    + " given.");
    private static final Setting<Integer> MAX_WAITING = SECTION.setting(
            "audit.max-waiting",
            Quantities.integer(1, 10_000_000),
            "100000",
            "The rows that wait in the store while the file cannot be written; beyond, those that tell of no change are"
                    + " only counted.");

    public static final Part<AuditOptions> AUDIT = SECTION.part(AuditOptions::read);

    public AuditOptions ownedBy(String node) {
        return new AuditOptions(directory, node, keys, maxSize, retention, maxWaiting);
    }

    private static AuditOptions read(Values values) {
        if (values.isProd() && !values.isSet(KEYS, "")) {
            values.warn(
                    KEYS.pattern() + " is not set: whoever can write the audit files can also write a new chain, and"
                            + " nobody could tell. Make a key with: trainwatch audit key");
        }
        return new AuditOptions(
                values.get(DIRECTORY),
                "",
                values.find(KEYS).orElse(AuditKeys.NONE),
                values.get(MAX_SIZE),
                values.find(RETENTION),
                values.get(MAX_WAITING));
    }

    /** The one form of audit lines that is left. */
    private static ValueType<String> formType() {
        return ValueType.of("`plain`", text -> {
            if (text.equals("ecs")) {
                throw new UnreadableValue(
                        "is not written any more",
                        "Remove the key, and rename the members where lines are shipped; docs/audit.md has the names."
                                + " Lines that were written so can still be verified, explained and proven.");
            }
            if (!text.equals("plain")) {
                throw new UnreadableValue("is not known", "Remove the key.");
            }
            return text;
        });
    }

    private static ValueType<AuditKeys> keysType() {
        String advice = "Make one with: trainwatch audit key";
        return KeyForm.AUDIT.setting(
                "secret: `hmac:…`, `ed25519:…` or PEM, several separated by commas", advice, (text, given) -> {
                    AuditKeys keys = new AuditKeys(given);
                    if (keys.signer().isEmpty()) {
                        throw new UnreadableValue("holds no key that can sign", advice);
                    }
                    return keys;
                });
    }

    /** Which looks get a {@code STATUS_CHECK} row in the audit; each includes the ones before it. */
    public enum StatusChecks {
        NONE,
        /** Looks that saw another state, or a valid status after failed looks. */
        CHANGES,
        ALL
    }
}
