package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredClockTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration HOUR = Duration.ofHours(1);

    private final SettableMachine machine = new SettableMachine(START);
    private Supplier<Optional<Instant>> database = Optional::empty;

    private MeasuredClock measured() {
        MeasuredClock clock = new MeasuredClock(machine.clock(), () -> database.get(), LEASE);
        clock.measure();
        return clock;
    }

    /** A database whose clock runs beside this machine's, so far ahead of it at the start. */
    private void databaseIsAhead(Duration ahead) {
        SettableMachine there = new SettableMachine(START.plus(ahead));
        InstantSource steady = new MeasuredClock(machine.clock(), Optional::empty, LEASE).steady();
        database = () -> Optional.of(there.wall().plus(Duration.between(START, steady.instant())));
    }

    @Test
    void timePassesBetweenMeasurementsAsItDoesForAClockThatNobodySets() {
        MeasuredClock clock = measured();
        machine.pass(Duration.ofSeconds(7));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(7));
        machine.set(HOUR.negated());
        assertThat(clock.instant()).as("not measured yet").isEqualTo(START.plusSeconds(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {-86_400, -3_600, -60, -3, 3, 60, 3_600})
    void aClockThatIsSetIsFollowedAndSaidOnce(int seconds) {
        MeasuredClock clock = measured();
        machine.pass(Duration.ofSeconds(1));
        machine.set(Duration.ofSeconds(seconds));
        assertThat(clock.measure()).contains(Duration.ofSeconds(seconds));
        assertThat(clock.instant()).isEqualTo(machine.wall());
        machine.pass(Duration.ofSeconds(1));
        assertThat(clock.measure()).isEmpty();
        assertThat(clock.trouble()).as("a machine is never off its own clock").isEmpty();
    }

    @Test
    void aSmallCorrectionIsFollowedWithoutAWord() {
        MeasuredClock clock = measured();
        machine.set(Duration.ofMillis(-300));
        assertThat(clock.measure()).isEmpty();
        assertThat(clock.instant()).isEqualTo(machine.wall());
    }

    @Test
    void theSteadyClockIsNeverSet() {
        MeasuredClock clock = measured();
        Instant before = clock.steady().instant();
        machine.pass(Duration.ofSeconds(5));
        machine.set(HOUR.negated());
        clock.measure();
        assertThat(Duration.between(before, clock.steady().instant())).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {-600, -30, 0, 30, 600})
    void theTimeIsTheDatabasesWhateverThisMachineSays(int ahead) {
        databaseIsAhead(Duration.ofSeconds(-ahead));
        MeasuredClock clock = measured();
        assertThat(clock.instant()).isEqualTo(database.get().orElseThrow());
        machine.pass(Duration.ofSeconds(40));
        machine.set(HOUR.negated());
        assertThat(clock.measure()).as("the database's was not set").isEmpty();
        assertThat(clock.instant()).isEqualTo(database.get().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "1.9, false, false",
        "2, true, false",
        "-2, true, false",
        "4.9, true, false",
        "5, true, true",
        "-30, true, true",
        "600, true, true"
    })
    void anOffsetIsSaidFromTwoSecondsOnAndKeepsFromClaimingFromAQuarterOfTheLeaseOn(
            double ahead, boolean said, boolean kept) {
        databaseIsAhead(Duration.ofMillis((long) (-ahead * 1000)));
        MeasuredClock clock = measured();
        assertThat(clock.trouble().isPresent()).isEqualTo(said);
        assertThat(clock.whyNotToClaim().isPresent()).isEqualTo(kept);
    }

    @Test
    void anOffsetIsSaidInWords() {
        databaseIsAhead(Duration.ofMinutes(-10));
        assertThat(measured().trouble().orElseThrow())
                .isEqualTo(
                        "The clock of this machine is 600 s ahead of the database's, by which all nodes go; beyond 5 s,"
                                + " a quarter of the lease, nothing is claimed here. Set both clocks by NTP");
        databaseIsAhead(Duration.ofMillis(2_500));
        assertThat(measured().trouble().orElseThrow())
                .isEqualTo("The clock of this machine is 2.5 s behind the database's, by which all nodes go."
                        + " Set both clocks by NTP");
    }

    @Test
    void anOffsetThatIsMendedIsOver() {
        databaseIsAhead(Duration.ofMinutes(-10));
        MeasuredClock clock = measured();
        machine.set(Duration.ofMinutes(-10));
        clock.measure();
        assertThat(clock.trouble()).isEmpty();
        assertThat(clock.whyNotToClaim()).isEmpty();
    }

    @Test
    void aDatabaseThatTakesItsTimeIsNotTakenForOneWithAnotherTime() {
        databaseIsAhead(Duration.ZERO);
        MeasuredClock clock = measured();
        Supplier<Optional<Instant>> prompt = database;
        database = () -> {
            Optional<Instant> told = prompt.get();
            machine.pass(Duration.ofSeconds(12)); // all of it on the way back
            return told;
        };
        assertThat(clock.measure()).isEmpty();
        assertThat(clock.instant()).isEqualTo(prompt.get().orElseThrow());
        assertThat(clock.whyNotToClaim()).isEmpty();
    }

    @Test
    void timeGoesOnWhileTheDatabaseIsAway() {
        databaseIsAhead(Duration.ofSeconds(-30));
        MeasuredClock clock = measured();
        Instant expected = database.get().orElseThrow().plusSeconds(60);
        database = () -> {
            throw new IllegalStateException("away");
        };
        machine.pass(Duration.ofSeconds(60));
        assertThatThrownBy(clock::measure).hasMessage("away");
        assertThat(clock.instant()).isEqualTo(expected);
        assertThat(clock.whyNotToClaim()).as("as it was known").isPresent();
    }
}
