package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobKeyTest {

    @Test
    void aKeyIsWrittenAsItIsRead() {
        JobKey key = new JobKey("acme", "bots", "job-1");
        assertThat(key).hasToString("acme:bots/job-1");
        assertThat(JobKey.parse(key.toString(), null)).isEqualTo(key);
        assertThat(JobKey.parse(" bots/job-1 ", "acme")).isEqualTo(key);
        assertThat(JobKey.parse("acme:bots/job-1", "other")).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "../admin", "a/b", "é", "a\n", "a.b"})
    void whatIsUnsafeInAPathIsNoPartOfAKey(String part) {
        assertThat(JobKey.isSafe(part)).isFalse();
        assertThatThrownBy(() -> new JobKey(part, "p", "j")).hasMessageContaining("the tenant '");
        assertThatThrownBy(() -> new JobKey("t", part, "j")).hasMessageContaining("the project '");
        assertThatThrownBy(() -> new JobKey("t", "p", part)).hasMessageContaining("the job '");
    }

    @Test
    void aPartHasUpToAHundredAndTwentyEightCharacters() {
        assertThat(JobKey.isSafe("a".repeat(128))).isTrue();
        assertThat(JobKey.isSafe("a".repeat(129))).isFalse();
        assertThat(JobKey.isSafe(null)).isFalse();
    }

    @Test
    void aMessageShowsNoControlCharactersAndNoEndlessText() {
        assertThatThrownBy(() -> new JobKey("t", "p", "a\u0007b")).hasMessageContaining("'a\\u0007b'");
        assertThatThrownBy(() -> JobKey.parse("a\u202eb", null)).hasMessageContaining("'a\\u202eb'");
        assertThatThrownBy(() -> new JobKey("t", "p", "a".repeat(140)))
                .hasMessageContaining("'" + "a".repeat(140) + "'");
        assertThatThrownBy(() -> new JobKey("t", "p", "a".repeat(141))).hasMessageContaining("a…'");
    }

    @Test
    void aTextThatIsNoKeySaysWhatIsMissing() {
        assertThatThrownBy(() -> JobKey.parse("job-1", "acme")).hasMessageContaining("[tenant:]project/job");
        assertThatThrownBy(() -> JobKey.parse("/job-1", "acme")).hasMessageContaining("the project ''");
        assertThatThrownBy(() -> JobKey.parse(":bots/job-1", "acme")).hasMessageContaining("the tenant ''");
        assertThatThrownBy(() -> JobKey.parse("bots/job-1", null)).hasMessageContaining("names no tenant");
    }
}
