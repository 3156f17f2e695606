/**
 * The two APIs that a tenant may speak behind one interface, and the tokens for them. Enter by
 * {@link io.trainwatch.tenant.Tenants}, which routes ask; a further API is one more {@link io.trainwatch.tenant.TenantApi}.
 */
package io.trainwatch.tenant;
