package io.trainwatch;

import io.trainwatch.errors.Words;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.Spelling;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;

/** Says of a route that Camel cannot make or start which it is, in which file, and what is wrong with it. */
public final class RouteFault {

    /** Without its value, which may be a secret. */
    private static final Pattern UNKNOWN_OPTION = Pattern.compile("Unknown parameters=\\[\\{(\\w+)=");

    private RouteFault() {}

    /** What stops the start in words, which may be there already; what was thrown where it is not about a route. */
    public static Exception inWords(Exception thrown, CamelContext context) {
        return causes(thrown)
                .flatMap(cause -> said(cause, context).stream())
                .findFirst()
                .map(Exception.class::cast)
                .orElse(thrown);
    }

    private static Optional<SettingsException> said(Throwable cause, CamelContext context) {
        return cause instanceof SettingsException said
                ? Optional.of(said)
                : route(cause).map(id -> new SettingsException(List.of(problem(id, cause, context))));
    }

    private static Optional<String> route(Throwable failure) {
        return failure instanceof FailedToCreateRouteException create
                ? Optional.ofNullable(create.getRouteId())
                : failure instanceof FailedToStartRouteException start
                        ? Optional.ofNullable(start.getRouteId())
                        : Optional.empty();
    }

    private static Problem problem(String id, Throwable failure, CamelContext context) {
        RouteDefinition route =
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(id);
        Resource file = route == null ? null : route.getResource();
        String what = "the route " + id + " cannot be made: "
                + unknownOption(failure)
                        .orElseGet(() -> Words.why(failure.getCause() == null ? failure : failure.getCause()));
        return new Problem(
                file == null ? "The route " + id : file.getLocation().replaceFirst("^file:", ""),
                Optional.empty(),
                what,
                meant(failure, context).orElse("Correct the route, or take it away."));
    }

    private static Optional<String> unknownOption(Throwable failure) {
        return causes(failure)
                .map(cause -> UNKNOWN_OPTION.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(option -> "an endpoint in it has no option " + option.group(1))
                .findFirst();
    }

    private static Optional<String> meant(Throwable failure, CamelContext context) {
        Set<String> beans =
                context.getRegistry().findByTypeWithName(Object.class).keySet();
        return causes(failure)
                .filter(NoSuchBeanException.class::isInstance)
                .map(missing -> ((NoSuchBeanException) missing).getName())
                .filter(Objects::nonNull)
                .findFirst()
                .flatMap(name -> Spelling.nearest(name, beans))
                .map(name -> "Did you mean " + name + "?");
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
    }
}
