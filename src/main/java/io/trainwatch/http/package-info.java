/**
 * How others are called: tenants, token endpoints, receivers, Prometheus. {@link io.trainwatch.http.Clients} makes every HTTP
 * client there is; what bounds, guards and masks is put into it there, so that nothing comes in another way.
 */
package io.trainwatch.http;
