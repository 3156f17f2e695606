package io.trainwatch.settings;

/** What several settings make together, such as a tenant: read once, and complained of with them. */
@FunctionalInterface
public interface Part<T> {

    /** Reads it, with something harmless in place of what is a problem: then the whole is refused in any case. */
    T read(Values values);
}
