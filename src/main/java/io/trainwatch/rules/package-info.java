/**
 * Rules, their windows, the judge, and policies as people write them. Enter by {@link io.trainwatch.rules.Judge}, which is
 * pure and says why; {@link io.trainwatch.rules.PolicyFiles} keeps the policies of a folder in force. Skip the windows at
 * first: each is a statistic with its source. Imports no Camel.
 */
package io.trainwatch.rules;
