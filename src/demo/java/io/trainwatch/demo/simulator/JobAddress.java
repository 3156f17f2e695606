package io.trainwatch.demo.simulator;

/** Where the tenant's API finds a job. */
record JobAddress(String project, String job) {

    @Override
    public String toString() {
        return project + "/" + job;
    }
}
