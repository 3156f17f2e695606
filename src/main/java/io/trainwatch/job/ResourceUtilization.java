package io.trainwatch.job;

/**
 * What the job uses of its machine. A figure that nobody tells is {@code null}, and never counts as a breach.
 *
 * @param cpuUsage percent, 0 to 100
 * @param memoryUsage percent, 0 to 100
 * @param gpuMemoryUsed 0 or more
 */
public record ResourceUtilization(Double cpuUsage, Double memoryUsage, Double gpuMemoryUsed) {

    /** Nothing is known. */
    public static final ResourceUtilization UNKNOWN = new ResourceUtilization(null, null, null);
}
