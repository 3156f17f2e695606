/**
 * What valid looks showed and what was decided on them: recorded with each look, kept for a while, exported, and replayed
 * to see what another policy would have done. Imports no Camel.
 */
package io.trainwatch.optional.history;
