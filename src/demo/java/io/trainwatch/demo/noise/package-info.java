/**
 * Measures what rules and windows do to many simulated jobs whose truth is known. Enter by
 * {@link io.trainwatch.demo.noise.NoiseTrial}. Only figures come of it; nothing of it runs in the service.
 */
package io.trainwatch.demo.noise;
