package io.trainwatch.demo.simulator;

/**
 * What can go wrong with a request that carries good credentials: any {@link Fault}, or one way in which the answer is
 * not to be believed.
 */
public sealed interface ApiFault permits Fault, InvalidStatus, InvalidPage {

    /** Whether it can strike a request of this kind. */
    default boolean appliesTo(RequestKind kind) {
        return true;
    }
}
