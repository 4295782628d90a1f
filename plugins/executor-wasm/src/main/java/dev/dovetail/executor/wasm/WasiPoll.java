package dev.dovetail.executor.wasm;

import java.time.Duration;
import java.time.Instant;
import run.endive.runtime.Memory;

/** The clocks, and waiting for them: streams are always ready, so a poll of one returns at once. */
final class WasiPoll {
    static final int REALTIME = 0;
    static final int MONOTONIC = 1;

    private static final long SUCCESS = 0;
    private static final long INVAL = 28;
    private static final int MOST = 1024;
    private static final int SUBSCRIPTION_BYTES = 48;
    private static final int EVENT_BYTES = 32;
    private static final int CLOCK = 0;
    private static final int ABSOLUTE = 1;
    private static final long NANOS = 1_000_000_000;

    private WasiPoll() {}

    static long now(int clock) {
        if (clock == MONOTONIC) {
            return System.nanoTime();
        }
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS + now.getNano();
    }

    /** @param a where the subscriptions are, where the events go, how many subscriptions, where the events' number goes */
    static long poll(Guest guest, long[] a) {
        Memory memory = guest.memory();
        int count = (int) a[2];
        if (count <= 0 || count > MOST) {
            return INVAL;
        }
        long soonest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            soonest = Math.min(soonest, wait(memory, (int) a[0] + i * SUBSCRIPTION_BYTES));
        }
        if (soonest > 0) {
            sleep(guest, soonest);
        }
        int events = 0;
        for (int i = 0; i < count; i++) {
            int from = (int) a[0] + i * SUBSCRIPTION_BYTES;
            // what was due with the soonest is due: the clocks have moved on meanwhile
            if (wait(memory, from) <= soonest) {
                int to = (int) a[1] + events * EVENT_BYTES;
                memory.write(to, new byte[EVENT_BYTES]);
                memory.writeLong(to, memory.readLong(from));
                memory.writeByte(to + 10, memory.read(from + 8));
                events++;
            }
        }
        memory.writeI32((int) a[3], events);
        return SUCCESS;
    }

    /** How long a subscription waits from now, in nanoseconds. */
    private static long wait(Memory memory, int at) {
        if (memory.read(at + 8) != CLOCK) {
            return 0;
        }
        long timeout = memory.readLong(at + 24);
        long left = (memory.readShort(at + 40) & ABSOLUTE) == 0 ? timeout : timeout - now(memory.readInt(at + 16));
        return Math.max(left, 0);
    }

    private static void sleep(Guest guest, long nanos) {
        guest.calling().crossing().ask(true, () -> {
            Thread.sleep(Duration.ofNanos(nanos));
            return true;
        });
    }
}
