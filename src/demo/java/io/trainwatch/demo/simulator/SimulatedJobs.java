package io.trainwatch.demo.simulator;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs of a tenant, and the projects that its client may see. For any thread. */
final class SimulatedJobs {

    private final Map<JobAddress, SimulatedJob> jobs = new ConcurrentHashMap<>();
    private final Set<String> projects = ConcurrentHashMap.newKeySet();
    private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

    void add(SimulatedJob job) {
        JobAddress address = job.script().address();
        if (jobs.putIfAbsent(address, job) != null) {
            throw new IllegalArgumentException("there is a simulated job " + address + " already");
        }
        projects.add(address.project());
    }

    /** The job there; {@code null} where there is none. */
    SimulatedJob find(JobAddress address) {
        return address == null ? null : jobs.get(address);
    }

    Collection<SimulatedJob> all() {
        return jobs.values();
    }

    void remove(JobAddress address) {
        jobs.remove(address);
    }

    boolean hasProject(String project) {
        return projects.contains(project);
    }

    void withdraw(String project) {
        withdrawn.add(project);
    }

    boolean isWithdrawn(String project) {
        return withdrawn.contains(project);
    }
}
