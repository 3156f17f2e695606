package io.trainwatch.tenant;

/**
 * A request that only reads.
 *
 * @param path below the tenant's base URL, with a slash at its beginning
 * @param query encoded, without a question mark
 */
public record Question(String path, String query) {}
