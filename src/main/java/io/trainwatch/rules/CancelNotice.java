package io.trainwatch.rules;

import java.util.Collection;
import java.util.stream.Collectors;

/** Says before anything happens which jobs will be cancelled, by which rules, and where to change that. */
public final class CancelNotice {

    private CancelNotice() {}

    /** @param files the policies of files that are in force */
    public static String of(PolicySettings settings, Collection<WrittenPolicy> files) {
        if (!settings.autoCancel()) {
            return "No job will be cancelled, since trainwatch.policy.auto-cancel is false.";
        }
        WrittenPolicy usual =
                files.stream().filter(WrittenPolicy::forAll).findFirst().orElseGet(() -> WrittenPolicy.of(settings));
        String notice = usual(usual);
        String others = files.stream()
                .filter(policy -> !policy.forAll())
                .map(WrittenPolicy::name)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            notice += " Jobs of the policies " + others + " have the rules of these.";
        }
        if (files.isEmpty() && settings.isUsual()) {
            notice += " These are the defaults: trainwatch.policy.* and files in " + settings.directory()
                    + " change them, and trainwatch.policy.auto-cancel=false only reports.";
        }
        return notice;
    }

    private static String usual(WrittenPolicy policy) {
        String offences = policy.rules().stream()
                .filter(rule -> rule.level() == Level.CANCEL)
                .map(Rule::offence)
                .collect(Collectors.joining("; or "));
        return offences.isEmpty() || !policy.autoCancel() || policy.dryRun()
                ? "Will cancel no job that no other policy is for."
                : "Will cancel jobs that " + offences + ".";
    }
}
