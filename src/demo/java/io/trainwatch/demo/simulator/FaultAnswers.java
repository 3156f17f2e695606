package io.trainwatch.demo.simulator;

import java.time.Instant;

/** What a fault makes of the answer to a request whose credentials are good, whatever the API. */
final class FaultAnswers {

    private final TenantOptions options;

    FaultAnswers(TenantOptions options) {
        this.options = options;
    }

    /** What an API answers to one request; rightly, where it has nothing else to say. */
    @FunctionalInterface
    interface Answers {

        /** Lets the request take effect. */
        Answer right();

        /** The right answer, made unbelievable in the way whose turn it is. */
        default Answer invalid() {
            return right();
        }

        /** The answer to a cancel that is taken, without any effect. */
        default Answer ignored() {
            return right();
        }

        /** Revokes every token; 401. */
        default Answer revoked() {
            return right();
        }
    }

    /**
     * The answer under a fault.
     *
     * @param number the request's number, which chooses among the varieties of a fault
     */
    Answer of(Fault fault, Answers answers, Instant now, long number) {
        return switch (fault) {
            case THROTTLE_SECONDS -> Problems.throttled().with("Retry-After", Problems.seconds(options.retryAfter()));
            case THROTTLE_DATE ->
                Problems.throttled().with("Retry-After", Problems.httpDate(now, options.retryAfter()));
            case THROTTLE_BARE -> Problems.throttled();
            case SERVER_ERROR -> Problems.serverError(options.seed(), number);
            case RESET -> Answer.none();
            case LOST_ANSWER -> answers.right().in(Answer.Manner.NEVER);
            case SLOW_BODY -> answers.right().in(Answer.Manner.SLOWLY);
            case HANG -> answers.right().in(Answer.Manner.LATE);
            case REVOKE_TOKENS -> answers.revoked();
            case INVALID_STATUS -> answers.invalid();
            case REDIRECT -> Answer.empty(302).with("Location", "http://127.0.0.1:9/elsewhere");
            case FORBIDDEN -> Answer.problem(403, "Forbidden", "the simulated tenant refuses on purpose");
            case NOT_FOUND -> Answer.problem(404, "Not Found", "the simulated tenant denies it on purpose");
            case CONFLICT -> Answer.problem(409, "Conflict", "the simulated tenant says on purpose that it is over");
            case IGNORE -> answers.ignored();
        };
    }
}
