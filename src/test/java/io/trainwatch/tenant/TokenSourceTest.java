package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenSourceTest {

    private static final int CALLERS = 1_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    private final AtomicInteger fetched = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private volatile Supplier<Token> endpoint =
            () -> new Token("token-" + fetched.incrementAndGet(), now, Duration.ofSeconds(100));
    private final TokenSource tokens = new TokenSource(() -> endpoint.get(), clock);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void aThousandCallersAtOnceCauseOneRequest() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        Supplier<Token> fast = endpoint;
        endpoint = () -> {
            await(slow);
            return fast.get();
        };

        List<Future<Token>> answers = inParallel(tokens::token, slow);

        assertThat(valuesOf(answers)).containsExactly("token-1");
        assertThat(fetched).hasValue(1);
    }

    @Test
    void aThousandParallelRefusalsCauseOneRequest() throws Exception {
        String old = tokens.token().value();
        tokens.accepted(old);
        CountDownLatch open = new CountDownLatch(1);

        List<Future<Token>> answers = inParallel(() -> tokens.renew(old), open);

        assertThat(valuesOf(answers)).containsExactly("token-2");
        assertThat(fetched).hasValue(2);
    }

    @Test
    void aTokenIsKeptUntilEightyPercentOfItsLife() {
        tokens.token();
        now = now.plusSeconds(79);
        assertThat(tokens.token().value()).isEqualTo("token-1");
        now = now.plusSeconds(1);
        assertThat(tokens.token().value()).isEqualTo("token-2");
    }

    @Test
    void aClockThatIsSetBackMakesNoTokenLiveLonger() {
        tokens.token();
        now = now.minusSeconds(3_600);
        assertThat(tokens.token().value()).isEqualTo("token-2");
    }

    @Test
    void norAnyPause() {
        Supplier<Token> well = endpoint;
        endpoint = TokenSourceTest::unavailable;
        assertThatThrownBy(tokens::token).isInstanceOf(TokenUnavailable.class);
        endpoint = well;
        now = now.minusSeconds(3_600);
        assertThat(tokens.token().value()).isEqualTo("token-1");
    }

    @Test
    void aTokenThatStillLivesServesWhileItsRenewalFails() {
        tokens.token();
        endpoint = TokenSourceTest::unavailable;
        now = now.plusSeconds(90);
        assertThat(tokens.token().value()).isEqualTo("token-1");
        now = now.plusSeconds(10);
        assertThatThrownBy(tokens::token).isInstanceOf(TokenUnavailable.class);
    }

    @Test
    void aFreshTokenThatIsRefusedIsNotReplacedAtOnce() {
        String first = tokens.token().value();
        assertThatThrownBy(() -> tokens.renew(first)).isInstanceOf(TokenRefused.class);
        assertThatThrownBy(tokens::token).isInstanceOf(TokenRefused.class);
        assertThat(fetched).hasValue(1);
        now = now.plusSeconds(1);
        assertThat(tokens.token().value()).isEqualTo("token-2");
    }

    @Test
    void aBrokenEndpointIsAskedAfterPausesThatGrowToAMinute() {
        AtomicInteger asked = new AtomicInteger();
        endpoint = () -> {
            asked.incrementAndGet();
            return unavailable();
        };
        for (int second = 0; second < 600; second++) {
            assertThatThrownBy(tokens::token).isInstanceOf(TokenUnavailable.class);
            now = now.plusSeconds(1);
        }
        // After 0, 1, 3, 7, 15, 31, 63 s, and then every minute.
        assertThat(asked).hasValue(7 + 8);
    }

    @Test
    void aTokenIsNeverShown() {
        assertThat(tokens.token().toString()).doesNotContain("token-1");
    }

    private static Token unavailable() {
        throw new TokenUnavailable("down");
    }

    private List<Future<Token>> inParallel(Supplier<Token> call, CountDownLatch release) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(CALLERS);
        List<Future<Token>> answers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            answers.add(threads.submit(() -> {
                ready.countDown();
                await(ready);
                return call.get();
            }));
        }
        await(ready);
        release.countDown();
        return answers;
    }

    private static Set<String> valuesOf(List<Future<Token>> answers) throws Exception {
        Set<String> values = ConcurrentHashMap.newKeySet();
        for (Future<Token> answer : answers) {
            values.add(answer.get(10, TimeUnit.SECONDS).value());
        }
        return values;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the other callers did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
