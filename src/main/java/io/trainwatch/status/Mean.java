package io.trainwatch.status;

/**
 * A running mean that stays exact over millions of samples: the sum is compensated (Neumaier, 1974).
 *
 * @param sum the sum without the compensation
 * @param compensation what rounding has taken from the sum so far
 */
record Mean(long count, double sum, double compensation) {

    static final Mean NONE = new Mean(0, 0, 0);

    Mean plus(double value) {
        double newSum = sum + value;
        double lost = Math.abs(sum) >= Math.abs(value) ? (sum - newSum) + value : (value - newSum) + sum;
        return new Mean(count + 1, newSum, compensation + lost);
    }

    double value() {
        return (sum + compensation) / count;
    }
}
