package io.trainwatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, 250",
        "15s, 15000",
        "2m, 120000",
        "1h, 3600000",
        "7d, 604800000",
        "PT15S, 15000",
        "pt1m30s, 90000",
        "' 15s ', 15000"
    })
    void aDurationHasAUnit(String text, String millis) {
        ValueType<Duration> type = Quantities.duration("100ms", "7d");

        assertThat(type.write(type.read(text))).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource({
        "15, 'has no unit'",
        "-15, 'has no unit'",
        "15 seconds, 'is not a duration'",
        "1.5s, 'is not a duration'",
        "-15s, 'is not a duration'",
        "99999999999999999999s, 'is not a duration'",
        "999999999999d, 'is out of bounds'",
        "99ms, 'is out of bounds'",
        "PT-1S, 'is out of bounds'",
        "8d, 'is out of bounds'"
    })
    void anotherTextIsNoDuration(String text, String what) {
        assertRefused(Quantities.duration("100ms", "7d"), text, what);
    }

    @ParameterizedTest
    @CsvSource({"1KiB, 1024", "1MiB, 1048576", "64MiB, 67108864", "2048B, 2048"})
    void aSizeHasABinaryUnit(String text, long bytes) {
        assertThat(Quantities.size("1KiB", "64MiB").read(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "1024, is not a size",
        "1MB, is not a size",
        "-1KiB, is not a size",
        "999999999GiB, is out of bounds",
        "1B, is out of bounds"
    })
    void anotherTextIsNoSize(String text, String what) {
        assertRefused(Quantities.size("1KiB", "64MiB"), text, what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "95", "99.5", "100"})
    void aPercentageIsANumberUpTo100(String text) {
        ValueType<Double> type = Quantities.percent();

        assertThat(type.write(type.read(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100.1", "-1", "95%", "NaN", "1e1", "0x10", "."})
    void anotherTextIsNoPercentage(String text) {
        assertThatThrownBy(() -> Quantities.percent().read(text)).isInstanceOf(UnreadableValue.class);
    }

    @Test
    void aLimitOfRequestsIsMoreThanNothing() {
        assertThat(Quantities.positive(100).read("0.5")).isEqualTo(0.5);
        assertRefused(Quantities.positive(100), "0.0", "is not more than 0");
        assertRefused(Quantities.positive(100), "101", "is out of bounds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "1.0", "many", "9999999999"})
    void aWholeNumberHasBounds(String text) {
        assertThat(Quantities.integer(1, 1000).read("1000")).isEqualTo(1000);
        assertThatThrownBy(() -> Quantities.integer(1, 1000).read(text)).isInstanceOf(UnreadableValue.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "1", "on"})
    void onlyTrueAndFalseAreTrueOrFalse(String text) {
        assertThat(ValueType.trueOrFalse().read("true")).isTrue();
        assertThat(ValueType.trueOrFalse().read("false")).isFalse();
        assertRefused(ValueType.trueOrFalse(), text, "is neither true nor false");
    }

    @ParameterizedTest
    @CsvSource({
        "https://tenant.example/api/v2, https://tenant.example/api/v2",
        "https://tenant.example/api/v2//, https://tenant.example/api/v2",
        "https://tenant.example/, https://tenant.example",
        "HTTP://127.0.0.1:8080/x, HTTP://127.0.0.1:8080/x",
        "'http://[::1]:8080', 'http://[::1]:8080'"
    })
    void aUrlIsHttpOrHttps(String text, String url) {
        assertThat(Addresses.url().read(text)).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://r.example/hook/", "https://r.example/hook?sig=AbC/", "https://r.example"})
    void theUrlOfAReceiverIsTakenToTheLetter(String text) {
        assertThat(Addresses.receiverUrl().read(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenant.example",
                "ftp://tenant.example",
                "https://",
                "https:///path",
                "https:tenant",
                "file:/etc",
                "https://tenant.example?x",
                "https://tenant.example#x",
                "https://u:p@tenant.example",
                "https://tenant example",
                "https://tenant.example:99999",
                "https://tenant_one.example/a b"
            })
    void anotherTextIsNoUrl(String text) {
        assertThatThrownBy(() -> Addresses.url().read(text)).isInstanceOf(UnreadableValue.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "localhost", "host-1.example", "::", "[fe80::1]"})
    void aHostIsANameOrAnAddress(String text) {
        assertThat(Addresses.host().read(text)).isEqualTo(text.replaceAll("[\\[\\]]", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "http://x", "a b", "-x", "x/y"})
    void anotherTextIsNoHost(String text) {
        assertRefused(Addresses.host(), text, "is not a host name or an IP address");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true", "127.0.0.1, true", "127.1.2.3, true", "::1, true", "0:0:0:0:0:0:0:1, true",
        "0.0.0.0, false", "::, false", "127.0.0.1.example.org, false", "localhost.example.org, false", "10.0.0.1, false"
    })
    void onlyThisMachineReachesALoopbackHost(String host, boolean loopback) {
        assertThat(Addresses.isLoopback(host)).isEqualTo(loopback);
    }

    @Test
    void aDirectoryNeedNotExistButIsNoFile(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(Addresses.directory().read(directory.toString())).isEqualTo(directory);
        assertThat(Addresses.directory().read("not/there/yet")).isEqualTo(Path.of("not/there/yet"));
        assertRefused(Addresses.directory(), file.toString(), "is a file");
        assertRefused(Addresses.directory(), "a\0b", "is not a path");
    }

    @Test
    void headersAreNamedOnceAndAreNoneOfTheRequestsOwn() {
        assertThat(ValueType.headers().read("X-Team: ml; Authorization: Bearer a, b"))
                .containsEntry("X-Team", Secret.of("ml"))
                .containsEntry("Authorization", Secret.of("Bearer a, b"));
        String own = "sets a header that the request sets itself, or that Camel acts on";
        assertRefused(ValueType.headers(), "webhook-id: x", own);
        assertRefused(ValueType.headers(), "CamelHttpUri: http://elsewhere", own);
        assertRefused(ValueType.headers(), "X-Team", "has a part that is not Name: value");
        assertRefused(ValueType.headers(), "X-Team: a\nb", "has a part that is not Name: value");
    }

    @Test
    void aSecretKeepsItsTextAndShowsStars() {
        Secret secret = ValueType.secretText().read("a b\u00e9");

        assertThat(secret.reveal()).isEqualTo("a b\u00e9");
        assertThat(secret).hasToString("***").isEqualTo(Secret.of("a b\u00e9")).isNotEqualTo(Secret.of("a"));
        assertThat(secret).hasSameHashCodeAs(Secret.of("a b\u00e9"));
        assertThatThrownBy(() -> Secret.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ValueType.secretText().read("a\n")).isInstanceOf(UnreadableValue.class);
    }

    private static void assertRefused(ValueType<?> type, String text, String what) {
        assertThatThrownBy(() -> type.read(text))
                .isInstanceOf(UnreadableValue.class)
                .hasMessage(what);
    }
}
