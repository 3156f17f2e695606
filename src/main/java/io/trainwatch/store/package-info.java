/**
 * The database: SQLite or PostgreSQL behind {@link io.trainwatch.store.Store}, by which transactions are made, shared and
 * repeated. {@link io.trainwatch.store.MeasuredClock} is the time that all nodes go by. Skip the engines' limits at first.
 */
package io.trainwatch.store;
