package io.trainwatch.simulator;

/** What can go wrong with a status, cancel or project request: any {@link Fault}, or one {@link InvalidStatus}. */
public sealed interface ApiFault permits Fault, InvalidStatus {}
