package io.trainwatch.tenant;

import io.trainwatch.status.JobKey;

/** How one kind of tenant API is addressed. The paths are below the tenant's base URL and start with a slash. */
interface TenantApi {

    String statusPath(JobKey job);

    String cancelPath(JobKey job);

    /** The HTTP method of a cancel. */
    String cancelMethod();
}
