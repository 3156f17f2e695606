package io.trainwatch.store;

import io.trainwatch.errors.Outage;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Commits groups so that an item that cannot be committed harms no other. */
final class Groups {

    private Groups() {}

    /**
     * Commits the group in one transaction, or one by one where one of them may be to blame. Does not throw.
     *
     * @param writer commits some of the items in one transaction
     * @param onFailure told of each item that was not committed
     */
    static <T> void commit(List<T> group, Consumer<List<T>> writer, BiConsumer<T, Throwable> onFailure) {
        try {
            writer.accept(List.copyOf(group));
        } catch (RuntimeException | Error e) {
            // While the store cannot be used, each of them would only wait for the same.
            if (group.size() == 1 || Outage.isOfStore(e)) {
                group.forEach(item -> onFailure.accept(item, e));
            } else {
                group.forEach(item -> commit(List.of(item), writer, onFailure));
            }
        }
    }
}
