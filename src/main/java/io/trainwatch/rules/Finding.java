package io.trainwatch.rules;

import io.trainwatch.job.RuleMemory;
import java.util.Optional;
import java.util.function.Supplier;

/** What a rule found in a look, and what it remembers from now on. */
public record Finding(RuleMemory memory, Optional<Breach> breach) {

    static Finding nothing(RuleMemory memory) {
        return new Finding(memory, Optional.empty());
    }

    /** @param found what there is to report where it is so */
    static Finding of(RuleMemory memory, boolean isSo, Supplier<Breach> found) {
        return isSo ? new Finding(memory, Optional.of(found.get())) : nothing(memory);
    }
}
