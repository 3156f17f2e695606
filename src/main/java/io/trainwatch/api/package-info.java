/**
 * What is known and done over HTTP, as {@code openapi.yaml} says. Enter by {@link io.trainwatch.api.Api}, which finds the
 * operation of a request, and {@link io.trainwatch.api.Health} for probes; {@link io.trainwatch.api.HttpServer} is for runs
 * on their own, where no host has a server.
 */
package io.trainwatch.api;
