package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Finds the execution that ends the process whenever it runs. What may have been under way when a process ended is marked when it is
 * begun again, and what was marked and cut off again runs alone from then on. If the process ends twice more while it does, that counts
 * as an attempt. Once would not do: a node that something else ends often meets one of those that run alone each time, but seldom
 * the same one again. What runs only here and now costs nothing. Thread-safe.
 */
final class Quarantine {
    /** One that ended the process while it ran alone. */
    static final String FAULT = ErrorType.CRASHED.id() + "x.core._.node_ended.v1~";

    /** Begun in a process that ended: once beside others, and then so often alone. */
    private static final int BEGUN = 1 + Standing.Cut.ALONE;

    private final Map<Integer, Instant> taken = new ConcurrentHashMap<>();
    private final Map<Case, Boolean> inside = new ConcurrentHashMap<>();
    private final Semaphore alone = new Semaphore(1);

    /** A shard is this node's: what was due by now may have been under way elsewhere. */
    void opened(int shard, Instant now) {
        taken.put(shard, now);
    }

    /** Why the attempt that was under way counts as failed, if it ended its process while it ran alone. */
    Optional<Fault> killed(Case it) {
        Standing.Cut cut = it.standing().cut();
        return !it.attempted
                        && it.standing().status() == ExecutionStatus.RUNNING
                        && cut.times() >= BEGUN
                        && same(it, cut)
                ? Optional.of(Fault.of(
                        FAULT,
                        Fault.Owner.FUNCTION,
                        "The process ended each time that this ran, also twice when it ran alone (attempt "
                                + it.standing().attempt() + ")"))
                : Optional.empty();
    }

    private static boolean same(Case it, Standing.Cut cut) {
        return it.standing().status() == ExecutionStatus.QUEUED
                || cut.answers() == it.story().settled();
    }

    /**
     * Whether it may begin now; who may not tries again a little later. What has begun is to {@link #leave}.
     *
     * @param begins writes in its story that it begins; kept, like the mark, before code runs that may end the process
     */
    boolean enter(Case it, Instant now, Runnable begins) throws InterruptedException {
        if (it.attempted) {
            begins.run();
            return true;
        }
        Standing standing = it.standing();
        boolean again = standing.cut().times() > 0 && same(it, standing.cut());
        Optional<Instant> since = Optional.ofNullable(taken.get(it.due().shard()));
        boolean suspect = since.filter(at -> !it.due().at().isAfter(at)).isPresent();
        if (again && !alone.tryAcquire()) {
            return false;
        }
        it.attempted = true;
        if (again) {
            inside.put(it, true);
        }
        begins.run();
        if (again || suspect) {
            boolean marked = false;
            try {
                it.stands(standing.running(now)
                        .cut(new Standing.Cut(
                                again ? standing.cut().times() + 1 : 1,
                                it.story().settled())));
                it.save(it.story(), List.of());
                marked = true;
            } finally {
                if (!marked) {
                    leave(it);
                }
            }
        }
        return true;
    }

    void leave(Case it) {
        if (inside.remove(it) != null) {
            alone.release();
        }
    }

    /** The node stops while its code runs, which is not the code's fault. */
    static void spare(Case it) {
        try {
            if (it.standing().cut().times() > 0) {
                it.stands(it.standing().cut(Standing.Cut.NONE));
                it.save(it.story(), List.of());
            }
        } catch (InterruptedException | RuntimeException e) {
            it.leave(); // it was tried; at the worst it runs alone once
        }
    }
}
