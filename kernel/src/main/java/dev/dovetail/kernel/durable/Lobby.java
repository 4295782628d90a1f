package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Quota;
import dev.dovetail.kernel.contract.Refusal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Where what was accepted waits until this node carries it. A full one takes nobody in, and nobody waits outside. Thread-safe. */
final class Lobby {
    private static final int AGAIN_SECONDS = 1;

    private final int most;
    private final IntSupplier waiting;
    private final AtomicInteger coming = new AtomicInteger();

    /**
     * @param most how many wait at once; 0 for as many as come
     * @param waiting how many do
     */
    Lobby(int most, IntSupplier waiting) {
        this.most = most;
        this.waiting = waiting;
    }

    /** A place for one that comes; given back once the one who has it is counted among those that wait, or does not come. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Refusal UNAVAILABLE if it is full */
    Place enter() {
        if (most > 0 && coming.incrementAndGet() + waiting.getAsInt() > most) {
            coming.decrementAndGet();
            throw Refusal.of(
                            ErrorType.UNAVAILABLE,
                            "On this node " + most
                                    + " accepted executions wait to be carried, which is the most (executions.max-queued)")
                    .with("retryAfterSeconds", AGAIN_SECONDS);
        }
        return most > 0 ? coming::decrementAndGet : () -> {};
    }

    Quota usage() {
        int now = waiting.getAsInt();
        return most > 0 ? Quota.limited("queuedExecutions", now, most) : Quota.counted("queuedExecutions", now);
    }
}
