package io.trainwatch.simulator;

import java.util.List;

/**
 * How tenant and receiver are set up together.
 *
 * @param tenant how the tenant is set up
 * @param receiver how the receiver is set up
 * @param jobs the jobs that the tenant has from the start
 */
public record SimulatorOptions(TenantOptions tenant, ReceiverOptions receiver, List<JobScript> jobs) {

    public SimulatorOptions {
        jobs = List.copyOf(jobs);
    }

    /** Any free ports, the jobs of the demo, and everything else by this seed. */
    public static SimulatorOptions demo(long seed) {
        return new SimulatorOptions(
                TenantOptions.defaults().seed(seed),
                ReceiverOptions.defaults().seed(seed).secret(WebhookSignature.secretOf(seed)),
                DemoJobs.scripts(seed));
    }

    /** These ports instead; 0 for any that is free. */
    public SimulatorOptions ports(int tenantPort, int receiverPort) {
        return new SimulatorOptions(tenant.port(tenantPort), receiver.port(receiverPort), jobs);
    }

    /** These jobs instead. */
    public SimulatorOptions jobs(List<JobScript> scripts) {
        return new SimulatorOptions(tenant, receiver, scripts);
    }
}
