package io.trainwatch.optional.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobKey;
import io.trainwatch.optional.prometheus.PrometheusSettings.QueryTemplate;
import org.junit.jupiter.api.Test;

class QueryTemplateTest {

    private static final JobKey JOB = new JobKey("acme", "web-shop", "intents_de");

    @Test
    void tenantProjectAndJobTakeThePlaceOfTheirNames() {
        assertThat(QueryTemplate.fill("sum(cpu{t=\"$tenant\",p='$project',j=~\"^$job$\"})", JOB))
                .isEqualTo("sum(cpu{t=\"acme\",p='web-shop',j=~\"^intents_de$\"})");
    }

    @Test
    void whatMerelyBeginsLikeANameIsLeftAlone() {
        assertThat(QueryTemplate.fill("a{x=\"$jobs\",y=\"$\"}", JOB)).isEqualTo("a{x=\"$jobs\",y=\"$\"}");
    }

    @Test
    void noIdCanLeaveItsQuotes() {
        assertThat(QueryTemplate.escaped("a\"} or vector(1) #")).doesNotContain("\"", "}", " ", "(");
        assertThat(QueryTemplate.escaped("\\'`\n$job")).doesNotContain("'", "`", "\n", "$");
        assertThat(QueryTemplate.escaped("a\"b\\")).isEqualTo("a\\U00000022b\\U0000005c");
        assertThat(QueryTemplate.escaped("\uD83D\uDE00")).isEqualTo("\\U0001f600");
    }
}
