package io.trainwatch.api;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What to do about what is wrong, as the troubleshooting of the README has it. */
final class Remedies {

    private record Remedy(Pattern trouble, String text) {}

    private static final List<Remedy> ALL = List.of(
            remedy(
                    "401.*token endpoint.*refuses the client",
                    "Check client-id, client-secret, client-auth and scopes of that tenant."),
            remedy(
                    "401.*tenant refuses the API key, or a fresh token",
                    "The key was removed: make a new one. With a client: the token endpoint and the tenant do not belong"
                            + " together, or ai:training:read is missing."),
            remedy(
                    "403.*the client may not do this",
                    "Assign the client to the project; for cancelling it needs ai:training:write."),
            remedy("404.*the tenant knows no such job", "Check project and job id; the tenant may have removed it."),
            remedy(
                    "429.*the tenant asks for fewer requests",
                    "Set max-requests-per-second of that tenant, or a longer poll.interval."),
            remedy(
                    "^The audit cannot be written",
                    "Free the disk or mend the folder; rows wait in the store and are written afterwards, and until then no"
                            + " job is cancelled."),
            remedy(
                    "^The audit is not what it was",
                    "Somebody removed, cut, changed or added to audit files; the audit goes on in a new file."),
            remedy(
                    "^Target .*disabled since",
                    "See to the receiver, then enable the target: its events wait for that."),
            remedy("^Target ", "See to the receiver: its events wait, and are sent again by themselves."),
            remedy("^The policy file ", "Mend the file; what was in force before stays so."),
            remedy(
                    "^Cancels of .* are withheld",
                    "See whether the policy is meant so: it would cancel more jobs than max-cancels-per-hour."));

    private Remedies() {}

    private static Remedy remedy(String trouble, String text) {
        return new Remedy(Pattern.compile(trouble, Pattern.DOTALL), text);
    }

    /** Empty where none is known. */
    static Optional<String> of(String trouble) {
        return ALL.stream()
                .filter(remedy -> remedy.trouble().matcher(trouble).find())
                .map(Remedy::text)
                .findFirst();
    }
}
