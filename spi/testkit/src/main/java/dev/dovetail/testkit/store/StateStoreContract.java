package dev.dovetail.testkit.store;

/**
 * The rules for state stores ({@code docs/spi/state.md}), as tests. Implement it, say which provider, and run. The
 * provider must answer stores that go on with what was written when one is opened again in the same context.
 */
public interface StateStoreContract extends StateReading, StateCommitting, StateAtOnce, StateLasting {}
