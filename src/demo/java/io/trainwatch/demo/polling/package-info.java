/**
 * Measures when looks at many simulated jobs are taken, what they cost and how late they find the end. Enter by
 * {@link io.trainwatch.demo.polling.PollingTrial}. Only figures come of it; nothing of it runs in the service.
 */
package io.trainwatch.demo.polling;
