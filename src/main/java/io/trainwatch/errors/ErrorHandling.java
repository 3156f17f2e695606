package io.trainwatch.errors;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;

/**
 * What the routes do about failures: one configuration for each kind of route, whether it makes a call or not.
 *
 * <p>The YAML routes name theirs by {@code routeConfigurationId}; one that is called and names none hands its failures to
 * its caller, for which it says {@code noErrorHandler}. {@link RouteEnds} sees to it for routes that say nothing.
 *
 * <p>Nothing is dropped: the last rule of each configuration takes any exception and records it.
 */
public final class ErrorHandling extends RouteConfigurationBuilder {

    /** The rule of routes that nobody calls and that hold nothing which has to be ended. */
    static final String UNATTENDED = "trainwatch-unattended";

    private final Predicate isUnauthorised;

    private final RepeatedFaults faults;
    private final Processor renewToken;
    private final Processor beforeRetry;
    private final RetryWithinLook retry;
    private final Predicate mayRetry;
    private final Processor guard;

    /**
     * @param renewToken puts a new token into the exchange after a 401, or throws
     * @param beforeRetry told of each call that is repeated
     * @param mayBeRepeated false for an exchange whose calls are never repeated
     * @param guard ends requests of the API that nobody may make
     */
    public ErrorHandling(
            RepeatedFaults faults,
            Processor renewToken,
            Processor beforeRetry,
            RetryWithinLook retry,
            Predicate mayBeRepeated,
            Processor guard) {
        this.faults = faults;
        this.isUnauthorised = exchange ->
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof HttpOperationFailedException answer
                        && answer.getStatusCode() == 401
                        && mayBeRepeated.matches(exchange);
        this.mayRetry = exchange -> mayBeRepeated.matches(exchange) && retry.matches(exchange);
        this.renewToken = renewToken;
        this.beforeRetry = beforeRetry;
        this.retry = retry;
        this.guard = guard;
    }

    @Override
    public void configuration() {
        // A look: token, status, decision.
        RouteConfigurationDefinition looks = routeConfiguration("trainwatch-looks");
        looks.onException(HttpOperationFailedException.class)
                .onWhen(ErrorHandling::isUnchanged)
                .logExhausted(false)
                .handled(true)
                .to("bean:trainwatchOutcomes?method=unchanged")
                .to("direct:trainwatch-judge-job")
                .stop();
        retryCalls(looks, "bean:trainwatchFailedLooks?method=record");

        // A decision on a look. It is not repeated, since part of it may be committed: the job is looked at again.
        routeConfiguration("trainwatch-decisions")
                .onException(Exception.class)
                .handled(true)
                .to("bean:trainwatchFailedLooks?method=record")
                .stop();

        // What the clock or a signal begins: it is begun again in a moment.
        routeConfiguration(UNATTENDED)
                .onException(Exception.class)
                .handled(true)
                .process(this::say);

        // A file of the jobs directory. One that cannot be used is moved aside; the others wait for the store.
        RouteConfigurationDefinition droppedFiles = routeConfiguration("trainwatch-dropped-files");
        droppedFiles
                .onException(Exception.class)
                .onWhen(exchange -> Words.ofInput(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))
                        .isPresent())
                .handled(true)
                .to("bean:trainwatchDroppedFiles?method=refuse");
        repeatUntilItWorks(droppedFiles);

        // What a caller of the API asks for.
        RouteConfigurationDefinition requests = routeConfiguration("trainwatch-requests");
        requests.interceptFrom().process(guard);
        requests.onException(Exception.class).handled(true).to("bean:trainwatchJobsApi?method=refuse");

        // A list of a project's jobs. What it does not tell is asked about job by job.
        retryCalls(routeConfiguration("trainwatch-lists"), "bean:trainwatchProjectLists?method=failed");

        // What is asked before a training is started.
        retryCalls(routeConfiguration("trainwatch-trainings"), "bean:trainwatchTrainings?method=failed");

        // The start of a training. Only what certainly had no effect is repeated within the try.
        callOnce(routeConfiguration("trainwatch-training-starts"), "bean:trainwatchTrainings?method=notStarted");

        // An answer that arrived but cannot be used. Whatever goes wrong in reading it, the answer is to blame.
        routeConfiguration("trainwatch-answers")
                .onException(Exception.class)
                .handled(true)
                .to("bean:trainwatchFailedLooks?method=recordInvalid")
                .stop();

        // Figures from elsewhere are missing until Prometheus answers again; no look waits for that.
        routeConfiguration("trainwatch-figures")
                .onException(Exception.class)
                .handled(true)
                .to("bean:trainwatchFigures?method=failed");

        // What a training's flow tells of its quality is good to have: an end is committed without it, too.
        routeConfiguration("trainwatch-reports").onException(Exception.class).continued(true);

        // A cancel that was committed before. Only a refused token is seen to at once: each request is a row in the
        // audit,
        // and none is sent again without a look before it.
        callOnce(routeConfiguration("trainwatch-cancels"), "bean:trainwatchCancels?method=failed");

        // One attempt to deliver an event: the outbox decides when the next one is.
        routeConfiguration("trainwatch-deliveries")
                .onException(Exception.class)
                .handled(true)
                .to("bean:trainwatchDeliveries?method=failed");

        // Lines that could not be written wait in the store.
        routeConfiguration("trainwatch-audit")
                .onException(Exception.class)
                .handled(true)
                .to("bean:trainwatchAuditExport?method=failed");
    }

    /** Whether the tenant says that the job is as it was when it gave the entity tag that was sent along. */
    private static boolean isUnchanged(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof HttpOperationFailedException response
                && response.getStatusCode() == 304
                && exchange.getIn().getHeader("If-None-Match") != null;
    }

    private void repeatUntilItWorks(RouteConfigurationDefinition routes) {
        OnExceptionDefinition failures = routes.onException(Exception.class)
                .maximumRedeliveries(-1)
                .redeliveryDelay(1_000)
                .useExponentialBackOff()
                .backOffMultiplier(2)
                .maximumRedeliveryDelay(30_000)
                .onRedelivery(this::say)
                .logRetryAttempted(false);
        failures.getRedeliveryPolicyType().allowRedeliveryWhileStopping(false);
    }

    private void say(Exchange exchange) {
        faults.happened(
                "route " + exchange.getFromRouteId(), exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    /** A call is made once; a second time only where its token was refused. */
    private void callOnce(RouteConfigurationDefinition routes, String then) {
        renewTokenOnce(routes, then);
        routes.onException(Exception.class).handled(true).to(then).stop();
    }

    private void renewTokenOnce(RouteConfigurationDefinition routes, String then) {
        routes.onException(HttpOperationFailedException.class)
                .onWhen(isUnauthorised)
                .maximumRedeliveries(1)
                .redeliveryDelay(0)
                .logRetryAttempted(false)
                .onRedelivery(exchange -> {
                    beforeRetry.process(exchange);
                    renewToken.process(exchange);
                })
                .handled(true)
                .to(then)
                .stop();
    }

    private void retryCalls(RouteConfigurationDefinition routes, String then) {
        renewTokenOnce(routes, then);
        OnExceptionDefinition others = routes.onException(Exception.class)
                .retryWhile(mayRetry)
                .onExceptionOccurred(retry::setDelay)
                .onRedelivery(beforeRetry)
                .asyncDelayedRedelivery()
                .logRetryAttempted(false)
                .logExhausted(false)
                .handled(true);
        // A wait must not hold up a shutdown; the look is simply taken again after the restart.
        others.getRedeliveryPolicyType().allowRedeliveryWhileStopping(false);
        others.to(then).stop();
    }

    /**
     * Decides whether a failed call is repeated within the same look, and after which wait.
     *
     * <p>At most three tries, and only for what may pass: 5xx and the network; two after a 429 that says at once. The wait
     * is what {@code Retry-After} asks for, else 0.5 s, doubled, with full jitter on its upper half. A wait of more than
     * 10 s is not made here: the look ends, and the store keeps the time of the next one.
     */
    public static final class RetryWithinLook implements Predicate {

        private static final int MAX_TRIES = 3;
        private static final int MAX_THROTTLED_TRIES = 2;
        public static final Duration MAX_WAIT = Duration.ofSeconds(10);
        private static final Duration FIRST_WAIT = Duration.ofMillis(500);

        private final InstantSource clock;
        private final DoubleSupplier random;

        /** @param random numbers from 0 (inclusive) to 1 */
        public RetryWithinLook(InstantSource clock, DoubleSupplier random) {
            this.clock = clock;
            this.random = random;
        }

        @Override
        public boolean matches(Exchange exchange) {
            CallFailure failure = failure(exchange);
            Duration asked = failure.retryAfter().orElse(Duration.ZERO);
            int tries = switch (failure.kind()) {
                case UNAVAILABLE -> MAX_TRIES;
                // A wait that is asked for is one of the whole tenant, which the store keeps.
                case THROTTLED -> failure.retryAfter().filter(Duration::isZero).isPresent() ? MAX_THROTTLED_TRIES : 1;
                default -> 1;
            };
            return retry(exchange) < tries && asked.compareTo(MAX_WAIT) <= 0;
        }

        /** Sets the header that Camel takes the next wait from. */
        void setDelay(Exchange exchange) {
            Duration backoff = FIRST_WAIT.multipliedBy(1L << retry(exchange) - 1);
            Duration wait = failure(exchange)
                    .retryAfter()
                    .filter(asked -> !asked.isZero())
                    .orElseGet(
                            () -> Duration.ofMillis((long) (backoff.toMillis() * (0.5 + 0.5 * random.getAsDouble()))));
            exchange.getIn().setHeader(Exchange.REDELIVERY_DELAY, wait.toMillis());
        }

        /** The number of the retry that is decided on: Camel counts it before it asks. */
        private static int retry(Exchange exchange) {
            return exchange.getIn().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class);
        }

        private CallFailure failure(Exchange exchange) {
            Throwable thrown = exchange.getException() != null
                    ? exchange.getException()
                    : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
            return CallFailure.of(thrown, clock.instant());
        }
    }
}
