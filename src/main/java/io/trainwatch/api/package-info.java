/**
 * Jobs, statistics and health over HTTP. Enter by {@link io.trainwatch.api.Api}; {@link io.trainwatch.api.HttpServer} is for runs
 * on their own, where no host has a server.
 */
package io.trainwatch.api;
