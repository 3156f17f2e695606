package io.trainwatch.job;

/**
 * A running mean that stays exact over millions of samples, however large they are: the sum is compensated (Neumaier,
 * 1974), and is kept in a larger unit from when on it would be infinite.
 *
 * @param sum the sum without the compensation
 * @param compensation what rounding has taken from the sum so far
 * @param exponent the unit of both is this power of two; 0, or {@value #LARGE} for a sum of very large values
 */
record Mean(long count, double sum, double compensation, int exponent) {

    static final Mean NONE = new Mean(0, 0, 0, 0);

    /** More than the exponents of 2^63 times the largest number need. */
    static final int LARGE = 64;

    /** This and one more value, which is finite. */
    Mean plus(double value) {
        double added = Math.scalb(value, -exponent);
        double newSum = sum + added;
        double lost = Math.abs(sum) >= Math.abs(added) ? (sum - newSum) + added : (added - newSum) + sum;
        double newCompensation = compensation + lost;
        return Double.isFinite(newSum + newCompensation)
                ? new Mean(count + 1, newSum, newCompensation, exponent)
                : inLargerUnit().plus(value);
    }

    private Mean inLargerUnit() {
        return new Mean(count, Math.scalb(sum, -LARGE), Math.scalb(compensation, -LARGE), LARGE);
    }

    /** Finite, as the values are. */
    double value() {
        double mean = Math.scalb((sum + compensation) / count, exponent);
        // Rounding may lift the mean of the largest numbers over them.
        return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, mean));
    }
}
