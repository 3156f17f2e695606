package io.trainwatch.store;

/** What a test asks of a table. */
public final class Rows {

    private Rows() {}

    public static long count(Store store, String table) {
        return store.read(handle -> handle.createQuery("select count(*) from " + table)
                .mapTo(Long.class)
                .one());
    }
}
