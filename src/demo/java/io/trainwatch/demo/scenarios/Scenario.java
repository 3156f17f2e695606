package io.trainwatch.demo.scenarios;

import io.trainwatch.demo.simulator.Fault;
import io.trainwatch.demo.simulator.ProjectScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A situation at the tenant that a command {@code watch --train} meets. Start with {@link #of} and change what matters.
 *
 * @param name what happens, in a few words
 * @param others what tools that exist do about it
 * @param brief whether it is over within some seconds
 * @param options how the tenant is set up
 * @param tenant what is wrong with it from the start
 * @param meanwhile what happens while the command runs
 * @param arguments what follows {@code watch}
 * @param settings of the command, besides tenant and store
 * @param exit what the command is to exit with
 * @param expected what else is to be true, in words
 * @param check whether it is
 */
record Scenario(
        String name,
        String others,
        boolean brief,
        UnaryOperator<TenantOptions> options,
        Consumer<SimulatedTenant> tenant,
        Meanwhile meanwhile,
        List<String> arguments,
        Map<String, String> settings,
        int exit,
        String expected,
        Predicate<ScenarioRun.Result> check) {

    /** The project whose flows are trained. */
    static final ProjectScript SHOP = ProjectScript.of("shop").flows("Orders", "Returns", "Stock", "Terms", "Jobs");

    /** Does something while the command runs. */
    @FunctionalInterface
    interface Meanwhile {
        void act(ScenarioRun running) throws Exception;
    }

    static Scenario of(String name, String others, int exit) {
        return new Scenario(
                name,
                others,
                false,
                options -> options,
                tenant -> {},
                running -> {},
                List.of("--train", SHOP.flowId("Orders")),
                Map.of(),
                exit,
                "1 training started",
                result -> result.started() == 1);
    }

    /** One of those that the build runs. */
    Scenario inBrief() {
        return new Scenario(name, others, true, options, tenant, meanwhile, arguments, settings, exit, expected, check);
    }

    Scenario options(UnaryOperator<TenantOptions> value) {
        return new Scenario(name, others, brief, value, tenant, meanwhile, arguments, settings, exit, expected, check);
    }

    /** What is wrong with the tenant besides. */
    Scenario tenant(Consumer<SimulatedTenant> value) {
        return new Scenario(
                name,
                others,
                brief,
                options,
                tenant.andThen(value),
                meanwhile,
                arguments,
                settings,
                exit,
                expected,
                check);
    }

    /** Its trainings run for so long, from their start on. */
    Scenario lasting(Duration time) {
        return trainings(training -> training.running(time));
    }

    /** Its trainings are of this kind, and never wait in the queue. */
    Scenario trainings(UnaryOperator<TaskScript> kind) {
        return tenant(with -> with.tasks().trainings(training -> kind.apply(training.queued(Duration.ZERO))));
    }

    /** So many requests of this kind meet this fault. */
    Scenario striking(RequestKind kind, Fault fault, int requests) {
        return tenant(with -> with.faults().forRequests(kind).injectNext(fault, requests));
    }

    Scenario meanwhile(Meanwhile value) {
        return new Scenario(name, others, brief, options, tenant, value, arguments, settings, exit, expected, check);
    }

    /** Other flows to train, or other options of the command. */
    Scenario arguments(List<String> value) {
        return new Scenario(name, others, brief, options, tenant, meanwhile, value, settings, exit, expected, check);
    }

    /** One more option of the command. */
    Scenario with(String option, String value) {
        List<String> more = new ArrayList<>(arguments);
        more.addAll(List.of(option, value));
        return arguments(more);
    }

    Scenario setting(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(key, value);
        return new Scenario(name, others, brief, options, tenant, meanwhile, arguments, more, exit, expected, check);
    }

    /** The tenant is called with OAuth2 rather than with an API key. */
    Scenario oauth() {
        return setting(ScenarioRun.OAUTH, "true");
    }

    /** What else is to be true. */
    Scenario expecting(String words, Predicate<ScenarioRun.Result> value) {
        return new Scenario(name, others, brief, options, tenant, meanwhile, arguments, settings, exit, words, value);
    }
}
