package io.trainwatch.store;

import org.jdbi.v3.core.Handle;

/** The server has none of the schemas in which the tables would be looked for, or keeps them from this user. */
final class MissingSchema extends IllegalStateException {

    private MissingSchema(String searched) {
        super("the schema " + searched + " is missing, or this user may not use it");
    }

    /** @throws MissingSchema where tables without a schema's name would be in none */
    static void refuse(Handle handle) {
        handle.createQuery("select current_setting('search_path') where current_schema() is null")
                .mapTo(String.class)
                .findOne()
                .ifPresent(searched -> {
                    throw new MissingSchema(searched);
                });
    }
}
