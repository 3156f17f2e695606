package com.acme;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.Collections;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;

/** Starts and stops Camel with the application; the container's parameters are its properties. */
public final class CamelOfApplication implements ServletContextListener {

    private final DefaultCamelContext camel = new DefaultCamelContext(false);

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext application = event.getServletContext();
        Properties properties = new Properties();
        Collections.list(application.getInitParameterNames())
                .forEach(name -> properties.put(name, application.getInitParameter(name)));
        camel.setApplicationContextClassLoader(getClass().getClassLoader());
        camel.getPropertiesComponent().setInitialProperties(properties);
        camel.start();
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        camel.stop();
    }
}
