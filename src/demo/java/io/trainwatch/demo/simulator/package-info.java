/**
 * A tenant and a webhook receiver that run on this machine, seeded and scriptable, with faults.
 *
 * <p>{@link io.trainwatch.demo.simulator.SimulatedTenant} speaks the {@code training} API about jobs that follow a
 * {@link io.trainwatch.demo.simulator.JobScript}, and at the same port the {@code tasks} API about tasks that follow a
 * {@link io.trainwatch.demo.simulator.TaskScript}; {@link io.trainwatch.demo.simulator.WebhookReceiver} checks and keeps what is
 * delivered to it; {@link io.trainwatch.demo.simulator.Simulator} starts both. What a tenant tells about a job depends on
 * the seed, the script and the clock alone, and what it told is kept as ground truth for tests and benchmarks.
 *
 * <p>Both listen on 127.0.0.1 only. The package uses nothing else of Trainwatch, so it can judge the rest of it.
 */
package io.trainwatch.demo.simulator;
