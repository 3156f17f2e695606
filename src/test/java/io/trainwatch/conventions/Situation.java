package io.trainwatch.conventions;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a tenant, receiver or machine really does, which the annotated test plays: a row of {@code docs/compatibility.md}.
 *
 * <p>Renew the page after a change: {@code mvn -q test -Dtest=CompatibilityPageTest -Dtrainwatch.renew=true}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Situation {

    /** Whose doing it is; the sections of the page. */
    enum Of {
        TENANTS("Tenants"),
        RECEIVERS("Receivers"),
        PROMETHEUS("Prometheus"),
        MACHINES("Machines, platforms, stores");

        final String title;

        Of(String title) {
            this.title = title;
        }
    }

    Of of();

    /** The situation, in Markdown without bars. */
    String when();

    /** What happens, likewise. */
    String then();
}
