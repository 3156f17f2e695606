package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultSwitchTest {

    private final FaultSwitch<Fault> faults = new FaultSwitch<>(5);

    @Test
    void playsQueuedFaultsInTheirOrder() {
        faults.injectNext(Fault.RESET, 2).injectNext(Fault.HANG, 1);

        assertThat(draw(4))
                .containsExactly(
                        Optional.of(Fault.RESET), Optional.of(Fault.RESET), Optional.of(Fault.HANG), Optional.empty());
    }

    @Test
    void hitsAboutTheShareAskedFor() {
        faults.inject(Fault.RESET, 0.3).inject(Fault.HANG, 0.1);

        List<Optional<Fault>> drawn = draw(10_000);

        assertThat(drawn.stream().filter(Optional.of(Fault.RESET)::equals).count())
                .isBetween(2_850L, 3_150L);
        assertThat(drawn.stream().filter(Optional.of(Fault.HANG)::equals).count())
                .isBetween(900L, 1_100L);
    }

    @Test
    void hitsTheSameRequestsAgain() {
        faults.inject(Fault.RESET, 0.5);

        assertThat(draw(100)).isEqualTo(draw(100));
        assertThat(draw(100))
                .isNotEqualTo(LongStream.range(0, 100)
                        .mapToObj(number -> new FaultSwitch<Fault>(6)
                                .inject(Fault.RESET, 0.5)
                                .draw(number, any -> true))
                        .toList());
    }

    @Test
    void keepsAQueuedFaultUntilARequestComesToWhichItApplies() {
        faults.injectNext(Fault.INVALID_STATUS, 1);

        assertThat(faults.draw(0, any -> false)).isEmpty();
        assertThat(faults.draw(1, any -> true)).contains(Fault.INVALID_STATUS);
    }

    @Test
    void refusesProbabilitiesBeyondOne() {
        faults.inject(Fault.RESET, 0.7);

        assertThatIllegalArgumentException().isThrownBy(() -> faults.inject(Fault.HANG, 0.4));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.inject(Fault.RESET, -0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.inject(Fault.RESET, Double.NaN));
        faults.inject(Fault.RESET, 0.1).inject(Fault.HANG, 0.9);
    }

    private List<Optional<Fault>> draw(int requests) {
        return LongStream.range(0, requests)
                .mapToObj(number -> faults.draw(number, any -> true))
                .toList();
    }
}
