package io.trainwatch.demo.simulator;

import java.util.List;

/**
 * How tenant and receiver are set up together.
 *
 * @param tenant how the tenant is set up
 * @param receiver how the receiver is set up
 * @param jobs the jobs that the tenant's {@code training} API has from the start
 * @param tasks the tasks that its {@code tasks} API has from the start
 */
public record SimulatorOptions(
        TenantOptions tenant, ReceiverOptions receiver, List<JobScript> jobs, List<TaskScript> tasks) {

    public SimulatorOptions {
        jobs = List.copyOf(jobs);
        tasks = List.copyOf(tasks);
    }

    /** Any free ports, the jobs and tasks of the demo, and everything else by this seed. */
    public static SimulatorOptions demo(long seed) {
        return new SimulatorOptions(
                TenantOptions.defaults().seed(seed),
                ReceiverOptions.defaults().seed(seed).secret(WebhookSignature.secretOf(seed)),
                DemoJobs.scripts(seed),
                DemoJobs.tasks(seed));
    }

    /** These ports instead; 0 for any that is free. */
    public SimulatorOptions ports(int tenantPort, int receiverPort) {
        return new SimulatorOptions(tenant.port(tenantPort), receiver.port(receiverPort), jobs, tasks);
    }

    /** These jobs instead. */
    public SimulatorOptions jobs(List<JobScript> scripts) {
        return new SimulatorOptions(tenant, receiver, scripts, tasks);
    }

    /** These tasks instead. */
    public SimulatorOptions tasks(List<TaskScript> scripts) {
        return new SimulatorOptions(tenant, receiver, jobs, scripts);
    }

    /** A tenant that is set up in this way instead. */
    public SimulatorOptions tenant(TenantOptions other) {
        return new SimulatorOptions(other, receiver, jobs, tasks);
    }
}
