/**
 * The {@code trainwatch.*} keys: read from files and the environment, typed, and checked as a whole at the start.
 *
 * <p>{@link io.trainwatch.settings.Settings#read(Source)} is the way in. What a key is called, what it may hold and what
 * it means stands once, in {@code Keys}; {@code docs/configuration.md} is made from it. Imports no Camel and no Spring.
 */
package io.trainwatch.settings;
