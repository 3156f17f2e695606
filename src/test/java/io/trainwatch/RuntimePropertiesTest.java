package io.trainwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.settings.SettingsException;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class RuntimePropertiesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    @Test
    void whatSpringCannotResolveIsRefusedAndNotTakenForUnset() {
        spring(Map.of("trainwatch.policy.auto-cancel", "${NOWHERE}"));
        assertThatThrownBy(() -> new RuntimeProperties(context))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("trainwatch.policy.auto-cancel")
                .hasMessageContaining("${…}");
    }

    @Test
    void norIsAnItemOfAListLeftOut() {
        spring(Map.of("trainwatch.jobs[0]", "acme:shop/a", "trainwatch.jobs[1]", "acme:shop/${NOWHERE}"));
        assertThatThrownBy(() -> new RuntimeProperties(context))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("trainwatch.jobs[1]");
    }

    @Test
    void aListIsOneValue() {
        spring(Map.of("trainwatch.jobs[0]", "acme:shop/a", "trainwatch.jobs[1]", "acme:shop/b"));
        assertThat(new RuntimeProperties(context).value("trainwatch.jobs")).contains("acme:shop/a, acme:shop/b");
    }

    @Test
    void anEndpointMayHaveAnExpressionOfCamel() {
        String endpoint = "file:events?fileName=${header.webhook-id}.json";
        spring(Map.of("trainwatch.webhook.mine.endpoint", endpoint, "server.port", "1"));
        RuntimeProperties properties = new RuntimeProperties(context);
        assertThat(properties.names()).containsExactly("trainwatch.webhook.mine.endpoint");
        assertThat(properties.value("trainwatch.webhook.mine.endpoint")).contains(endpoint);
    }

    private void spring(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("application", properties));
        context.getRegistry().bind("environment", environment);
    }
}
