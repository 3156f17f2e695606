package io.trainwatch.rules;

import io.trainwatch.job.Observed;

/**
 * What a look means, and what is known afterwards.
 *
 * @param observed with what the rules remember for the next look
 * @param policy what the look was judged by
 */
public record Judgement(Verdict verdict, Observed observed, Policy policy) {}
