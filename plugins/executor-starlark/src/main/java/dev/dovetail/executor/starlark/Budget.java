package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.executor.Limits;

/** What a call may use. */
record Budget(long steps, long bytes) {
    private static final long STEPS = 10_000_000;
    private static final long MOST_MEMORY_MB = 512;

    static Budget of(Limits limits) {
        return new Budget(limits.own().getOrDefault("steps", STEPS), megabytes(limits) << 20);
    }

    /** What the function asked for, as far as this executor gives it. */
    static long megabytes(Limits limits) {
        return Math.clamp(limits.memoryMb(), 1, MOST_MEMORY_MB);
    }

    /** @param room what it shares with others; the run must be ended */
    Run run(Object host, Room room) {
        return new Run(steps, bytes, host, room);
    }
}
