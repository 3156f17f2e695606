package host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.servlet.CamelHttpTransportServlet;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Has beans and routes of every name that Trainwatch has or had without its prefix, and rules for all routes. */
@SpringBootApplication
public class Host {

    static final AtomicInteger FAILURES = new AtomicInteger();
    static final AtomicInteger INTERCEPTED = new AtomicInteger();
    static final List<String> EVENTS = new CopyOnWriteArrayList<>();

    public static void main(String[] arguments) {
        SpringApplication.run(Host.class, arguments);
    }

    @Bean
    Clock clock() {
        return Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC);
    }

    @Bean
    ServletRegistrationBean<CamelHttpTransportServlet> camel() {
        ServletRegistrationBean<CamelHttpTransportServlet> servlet =
                new ServletRegistrationBean<>(new CamelHttpTransportServlet(), "/camel/*");
        servlet.setName("CamelServlet");
        return servlet;
    }

    @Bean
    static BeanFactoryPostProcessor namesOfTrainwatch() {
        return Host::bindNames;
    }

    private static void bindNames(ConfigurableListableBeanFactory beans) {
        for (String name : found("\\b(?:ref: |#|bean:)trainwatch(\\w+)")) {
            beans.registerSingleton(Character.toLowerCase(name.charAt(0)) + name.substring(1), "a bean of the host");
        }
        for (String name : List.of("tenant-http", "webhook-http", "prometheus-http", "store", "settings", "jobs")) {
            beans.registerSingleton(name, "a bean of the host");
        }
    }

    @Bean
    RouteConfigurationBuilder rulesForAllRoutes() {
        return new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                routeConfiguration()
                        .onException(Exception.class)
                        .handled(true)
                        .process(exchange -> FAILURES.incrementAndGet());
                routeConfiguration().intercept().process(exchange -> INTERCEPTED.incrementAndGet());
            }
        };
    }

    @Bean
    RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                restConfiguration().component("servlet");
                rest("/hello").get().to("direct:hello");
                from("direct:hello").routeId("hello").setBody(constant("hello"));
                from("direct:that-fails")
                        .routeId("that-fails")
                        .throwException(new IllegalStateException("of the host"));
                from("direct:trainings")
                        .routeId("trainings")
                        .process(event ->
                                EVENTS.add(event.getMessage().getHeader("trainwatch-event-type", String.class)));
                for (String id : found("(?m)^    id: trainwatch-(\\S+)$")) {
                    if (!id.equals("serve-api")) {
                        from("direct:" + id).routeId(id).setBody(constant(id));
                    }
                }
            }
        };
    }

    private static Set<String> found(String pattern) {
        Set<String> found = new TreeSet<>();
        try {
            for (Resource file :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:trainwatch/routes/*.yaml")) {
                Matcher matcher = Pattern.compile(pattern).matcher(file.getContentAsString(StandardCharsets.UTF_8));
                while (matcher.find()) {
                    found.add(matcher.group(1));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }
}
