package io.trainwatch.watch;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.SqlStatement;

/** Which jobs of the store this process watches: all, or only some where a command names them. Thread-safe. */
public final class JobSelection {

    private volatile Optional<Set<String>> only = Optional.empty();

    /** Watches these jobs only: for a command that watches some jobs of a store that holds others. */
    public synchronized void restrictTo(Collection<String> jobs) {
        only = Optional.of(Set.copyOf(jobs));
    }

    /** Watches this job too, where only some are watched. */
    public synchronized void admit(String job) {
        only = only.map(jobs -> {
            Set<String> more = new HashSet<>(jobs);
            more.add(job);
            return Set.copyOf(more);
        });
    }

    public boolean isAll() {
        return only.isEmpty();
    }

    /** Binds what a statement asks for by {@code (:everything or id in (<ids>))}. */
    public <S extends SqlStatement<S>> S bindTo(S statement) {
        Optional<Set<String>> jobs = only;
        // A list that is bound must not be empty.
        List<String> ids =
                jobs.filter(some -> !some.isEmpty()).map(List::copyOf).orElse(List.of(""));
        return statement.bind("everything", jobs.isEmpty()).bindList("ids", ids);
    }
}
