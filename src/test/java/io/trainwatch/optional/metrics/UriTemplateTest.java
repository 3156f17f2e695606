package io.trainwatch.optional.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UriTemplateTest {

    @Test
    void noIdIsInALabel() {
        assertThat(UriTemplate.of("tenant.acme", "/api/v2/projects/p1/ai/train/job-1/status?x=y"))
                .isEqualTo("/api/v2/projects/{project}/ai/train/{job}/status");
        assertThat(UriTemplate.of("tenant.acme", "/new/v2.0/tasks/65f0/cancel"))
                .isEqualTo("/new/v2.0/tasks/{task}/cancel");
        assertThat(UriTemplate.of("tenant.acme", "/new/v2.0/tasks?projectId=p1&limit=100"))
                .isEqualTo("/new/v2.0/tasks");
        assertThat(UriTemplate.of("tenant.acme", "/")).isEqualTo("/");
        assertThat(UriTemplate.of("webhook.ops", "/hook/secret")).isEqualTo("none");
    }
}
