package io.trainwatch.rules;

import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;
import java.util.Locale;

/** A limit on a percentage that a running job uses of its machine; at the limit is within it. */
sealed interface UsageRule extends Rule permits CpuRule, MemoryRule {

    /** Percent, 0 to 100. */
    double above();

    Window window();

    /** For how long from the start of its run a job is not judged; {@code null} for no time. */
    Duration warmUp();

    /** What is used, in words. */
    String resource();

    /** How much of it is used; {@code null} where the tenant does not say. */
    Double in(ResourceUtilization used);

    @Override
    default String meaning() {
        return resource() + " above " + Arguments.plain(above()) + " %, " + window();
    }

    @Override
    default String offence() {
        return "use more than " + Arguments.plain(above()) + " % " + resource() + " " + window().inWords() + " (" + id()
                + ")";
    }

    @Override
    default Bound bound() {
        return new Bound(resource().toLowerCase(Locale.ROOT), above(), Bound.PERCENT);
    }

    @Override
    default Finding check(RuleInput input, RuleMemory before) {
        Double used = in(input.status().resourceUtilization());
        return used == null
                ? Finding.nothing(before)
                : Limit.ofPercent(above(), window()).check(this, input, before, used, warmUp());
    }
}
