package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.job.JobKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobPatternTest {

    @ParameterizedTest
    @CsvSource({
        "acme:vision/*, acme:vision/a, true",
        "acme:vision/*, acme:vision2/a, false",
        "acme:vision/*, acme2:vision/a, false",
        "*:*/*, acme:vision/a, true",
        "acme:vis*/n*-1, acme:vision/nightly-1, true",
        "acme:vis*/n*-1, acme:vision/nightly-12, false",
        "acme:*/*a*b*, acme:p/xxaxxbxx, true",
        "acme:*/*a*b*, acme:p/xxbxxaxx, false",
        "acme:p/ab*ba, acme:p/aba, false",
        "acme:p/ab*ba, acme:p/abba, true",
        "acme:p/a, acme:p/A, false"
    })
    void aStarStandsForAnyCharactersOrNone(String pattern, String job, boolean matches) {
        assertThat(JobPattern.parse(pattern).matches(JobKey.parse(job, null))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"acme", "acme:vision", "vision/*", "acme:vision/", "acme:vision/a b", "acme:vision/a/b", ""})
    void anotherFormIsRefused(String text) {
        assertThatThrownBy(() -> JobPattern.parse(text)).hasMessageContaining("is not of the form tenant:project/job");
    }

    @Test
    void theMoreSpecificComesFirst() {
        List<String> order = List.of(
                "acme:vision/nightly-1",
                "*:*/nightly-1",
                "acme:vision/nightly-*",
                "acme:vision/n*",
                "acme:v*/n*",
                "acme:vision/*",
                "*:vision/*",
                "acme:v*/*",
                "acme:*/*",
                "*:*/*");
        assertThat(Stream.of(order.toArray(String[]::new))
                        .map(JobPattern::parse)
                        .sorted()
                        .map(JobPattern::toString))
                .containsExactlyElementsOf(order);
        List<JobPattern> shuffled =
                new ArrayList<>(order.stream().map(JobPattern::parse).toList());
        Collections.shuffle(shuffled, new Random(7));
        assertThat(shuffled.stream().sorted().map(JobPattern::toString)).containsExactlyElementsOf(order);
    }

    @ParameterizedTest
    @CsvSource({
        "acme:vision/a*, acme:vision/*b, true",
        "acme:vision/a*, acme:vision/b*, false",
        "acme:vision/ab*, acme:vision/a*, false",
        "acme:vision/*, acme:vision/*, true",
        "acme:*/a, *:vision/a, false",
        "acme:v*/a, acme:*n/a, true",
        "acme:vision/*ab*, acme:vision/*ba*, true",
        "acme:vision/a*a, acme:vision/aa*, true",
        "acme:vision/a*b, acme:vision/b*a, false"
    })
    void twoTieWhereAJobMatchesBothAndNeitherSaysMore(String one, String other, boolean ties) {
        assertThat(JobPattern.parse(one).ties(JobPattern.parse(other))).isEqualTo(ties);
        assertThat(JobPattern.parse(other).ties(JobPattern.parse(one))).isEqualTo(ties);
    }

    /** Against trying out all short values. */
    @Test
    void overlapsIsWhatSomeValueShows() {
        Random random = new Random(11);
        List<String> values = values();
        for (int i = 0; i < 3_000; i++) {
            JobPattern.Part one = new JobPattern.Part(text(random));
            JobPattern.Part other = new JobPattern.Part(text(random));
            Pattern asRegex = Pattern.compile(one.text().replace("*", ".*"));
            Predicate<String> asOther =
                    Pattern.compile(other.text().replace("*", ".*")).asMatchPredicate();
            boolean shown = values.stream().anyMatch(asRegex.asMatchPredicate().and(asOther));
            assertThat(one.overlaps(other)).as("%s and %s", one, other).isEqualTo(shown);
            String value = values.get(random.nextInt(values.size()));
            assertThat(one.matches(value)).isEqualTo(asRegex.matcher(value).matches());
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            text.append("ab*".charAt(random.nextInt(3)));
        }
        return text.toString();
    }

    /** Two patterns of four characters with a value in common have one of at most eight. */
    private static List<String> values() {
        List<String> values = new ArrayList<>(List.of(""));
        for (int i = 0; i < values.size() && values.get(i).length() < 8; i++) {
            values.add(values.get(i) + "a");
            values.add(values.get(i) + "b");
        }
        return values;
    }
}
