package dev.dovetail.kernel.telemetry;

/** Counts something that has labels of its own. Thread-safe; kept by whoever counts. */
@FunctionalInterface
public interface Counter {
    /** @param amount 0 or more */
    void add(long amount);
}
