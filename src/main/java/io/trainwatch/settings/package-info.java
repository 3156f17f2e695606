/**
 * A library of settings: sources, types of values, problems. Knows no setting: each feature owns a
 * {@link io.trainwatch.settings.Section} of them beside its code. Enter by {@link io.trainwatch.settings.Settings#read}.
 * {@code docs/configuration.md} is made from the sections. Imports no Camel and no Spring.
 */
package io.trainwatch.settings;
