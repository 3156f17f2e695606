/**
 * Tries {@code watch --train} where other tools fail. Enter by {@link io.trainwatch.demo.scenarios.Scenarios}, which lists
 * the situations.
 */
package io.trainwatch.demo.scenarios;
