package io.trainwatch.api;

import io.trainwatch.api.Health.Check;
import io.trainwatch.api.Health.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * The checks of {@link Health} as Camel's own, one for each reason, so that whatever shows the health of the runtime shows
 * them too. What is degraded is UP, with the reason as a detail: the runtime must not be taken out of service for it.
 */
public final class HealthChecks {

    private static final String GROUP = "trainwatch";

    private HealthChecks() {}

    public static List<HealthCheck> of(Health health) {
        List<HealthCheck> checks = new ArrayList<>();
        checks.add(new Shown("live", false, health::live));
        health.names().forEach(name -> checks.add(new Shown(name, true, () -> health.check(name))));
        return checks;
    }

    private static final class Shown implements HealthCheck {

        private final String name;
        private final boolean isOfReadiness;
        private final Supplier<Check> check;
        private volatile boolean isEnabled = true;

        Shown(String name, boolean isOfReadiness, Supplier<Check> check) {
            this.name = name;
            this.isOfReadiness = isOfReadiness;
            this.check = check;
        }

        @Override
        public String getId() {
            return GROUP + "-" + name;
        }

        @Override
        public String getGroup() {
            return GROUP;
        }

        @Override
        public boolean isEnabled() {
            return isEnabled;
        }

        @Override
        public void setEnabled(boolean enabled) {
            isEnabled = enabled;
        }

        @Override
        public boolean isReadiness() {
            return isOfReadiness;
        }

        @Override
        public boolean isLiveness() {
            return !isOfReadiness;
        }

        @Override
        public Result call(Map<String, Object> options) {
            Check found = check.get();
            HealthCheckResultBuilder result =
                    HealthCheckResultBuilder.on(this).state(found.status() == Status.DOWN ? State.DOWN : State.UP);
            if (!found.reason().isEmpty()) {
                result.message(found.reason()).detail(found.status().name().toLowerCase(Locale.ROOT), found.reason());
            }
            return result.build();
        }
    }
}
