package io.trainwatch.demo.simulator;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which requests go wrong, and how.
 *
 * <p>Faults queued with {@link #injectNext} strike first, in the order in which they were queued, one request each;
 * then those with a probability are drawn. Which request a draw hits depends on the seed and on the request's own
 * number only, so the same requests meet the same faults again. For any thread.
 *
 * @param <F> the faults that can happen here
 */
public final class FaultSwitch<F> {

    private final long seed;
    private final Deque<F> next = new ArrayDeque<>();
    private volatile int queued;
    private volatile Map<F, Double> probabilities = Map.of();

    FaultSwitch(long seed) {
        this.seed = seed;
    }

    /**
     * Lets a share of the requests go wrong like this, replacing what was said of the same fault before.
     *
     * @param probability 0 (switches it off) to 1 (every request)
     * @throws IllegalArgumentException where it is out of range, or where all of them would sum to more than 1
     */
    public synchronized FaultSwitch<F> inject(F fault, double probability) {
        Map<F, Double> changed = new LinkedHashMap<>(probabilities);
        changed.put(fault, probability);
        double sum = changed.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!(probability >= 0 && sum <= 1 + 1e-9)) {
            throw new IllegalArgumentException(
                    "probability " + probability + " of " + fault + " is not in 0 to 1, or the sum would be " + sum);
        }
        changed.values().removeIf(value -> value == 0);
        probabilities = Collections.unmodifiableMap(changed);
        return this;
    }

    /**
     * Lets the next requests go wrong like this, after those that are queued already.
     *
     * @param requests how many; 0 or more
     */
    public synchronized FaultSwitch<F> injectNext(F fault, int requests) {
        next.addAll(Collections.nCopies(requests, fault));
        queued = next.size();
        return this;
    }

    /** Lets everything go well again. */
    public synchronized void clear() {
        next.clear();
        queued = 0;
        probabilities = Map.of();
    }

    /** The fault of the request with this number, if it is to have one that applies to it. */
    Optional<F> draw(long number, Predicate<F> applies) {
        if (queued > 0) {
            Optional<F> fault = takeNext(applies);
            if (fault.isPresent()) {
                return fault;
            }
        }
        Map<F, Double> current = probabilities;
        if (current.isEmpty()) {
            return Optional.empty();
        }
        double drawn = Chance.at(seed, number);
        for (Map.Entry<F, Double> entry : current.entrySet()) {
            drawn -= entry.getValue();
            if (drawn < 0) {
                return Optional.of(entry.getKey()).filter(applies);
            }
        }
        return Optional.empty();
    }

    private synchronized Optional<F> takeNext(Predicate<F> applies) {
        F head = next.peek();
        if (head == null || !applies.test(head)) {
            return Optional.empty();
        }
        next.remove();
        queued = next.size();
        return Optional.of(head);
    }
}
