package dev.dovetail.executor.starlark.value;

import dev.dovetail.spi.Place;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of a program: what it may still use, what it may change, and where it stands. Used by one thread at a time.
 *
 * <p>Counting, version 1: each statement, call and loop round is a step; a built-in that goes over n elements or
 * characters counts n / 16 more. Bytes are counted when they are asked for and never given back, so they bound what the
 * run can hold. They come from a {@link Room} that runs share, and go back to it with {@link #end}.
 */
public final class Run {
    /** For what costs nothing worth counting. It has no steps and no bytes, and fails when asked for some. */
    static final Run NONE = new Run(0, 0, "");

    private static final int SLICE = 2_000;
    private static final long YIELD_AFTER_NANOS = 400_000;
    private static final int PARK_EVERY = 5;

    /** How many levels of nested expressions, over all active calls together. */
    public static final int DEEPEST = 1_200;

    private final long steps;
    private final long bytes;
    private final Mutability mutability = new Mutability();
    private final Object host;
    private long stepsLeft;
    private long fuel;
    private final Room shared;
    /** What may be used without asking for more. */
    private long bytesAtHand;
    /** What may be asked for. */
    private long bytesToDraw;
    /** What is to be given back. */
    private long drawn;

    private int turns;
    private long yielded = System.nanoTime();

    /** Whoever looks at the run before each step, if anybody does. */
    private volatile Gate gate = Gate.OPEN;

    /** Whether calls are walked, because somebody may want to see their variables: for the evaluator. */
    public boolean walks;

    /** The innermost active call: for the evaluator. */
    public Active top = Active.NONE;

    /** The levels that active calls may still use: for the evaluator. */
    public int room = DEEPEST;

    /** @param host what built-ins of the embedder find in {@link #host} */
    public Run(long steps, long bytes, Object host) {
        this(steps, bytes, host, Room.ENDLESS);
    }

    /** The same for one that shares the heap with others; it must be ended. */
    public Run(long steps, long bytes, Object host, Room shared) {
        this.steps = steps;
        this.stepsLeft = steps;
        this.bytes = bytes;
        this.shared = shared;
        this.bytesAtHand = Math.min(bytes, shared.own());
        this.bytesToDraw = bytes - bytesAtHand;
        this.host = host;
    }

    /** What the innermost active call is doing. */
    public Place place() {
        return top.place();
    }

    public Object host() {
        return host;
    }

    /** What new values are made under. */
    public Mutability mutability() {
        return mutability;
    }

    public long stepsUsed() {
        return steps - stepsLeft - Math.max(0, fuel);
    }

    public long bytesUsed() {
        return bytes - bytesToDraw - bytesAtHand;
    }

    /** Counts one step. */
    public void tick() {
        if (--fuel < 0) {
            refuel();
        }
    }

    /** Counts the work of a built-in on so many elements or characters. */
    public void work(long elements) {
        fuel -= elements >> 4;
        if (fuel < 0) {
            refuel();
        }
    }

    private void refuel() {
        long owed = -fuel;
        fuel = 0;
        if (owed > stepsLeft) {
            stepsLeft = 0;
            throw new Halt(Halt.Reason.STEPS, "The call used up its " + steps + " steps", top);
        }
        stepsLeft -= owed;
        Gate now = gate;
        fuel = now == Gate.OPEN ? Math.min(SLICE, stepsLeft) : 0;
        stepsLeft -= fuel;
        pause();
        now.pass(this);
    }

    /** Has somebody look at each step from now on, or nobody; noticed by {@link #heed} and within a slice of steps. Thread-safe. */
    public void gate(Gate now) {
        gate = now;
    }

    /** The run's thread was elsewhere: whoever was set at the gate meanwhile sees the next step. */
    public void heed() {
        walks = gate != Gate.OPEN;
        if (walks) {
            stepsLeft += Math.max(0, fuel);
            fuel = Math.min(0, fuel);
        }
    }

    /** Gives others a turn if it is time, and ends the run if its thread is interrupted. */
    private void pause() {
        if (Thread.interrupted()) {
            throw new Halt(Halt.Reason.STOPPED, "The call was interrupted");
        }
        long now = System.nanoTime();
        if (now - yielded > YIELD_AFTER_NANOS) {
            giveWay();
            yielded = System.nanoTime();
        }
    }

    /**
     * Yields, and now and then parks for a moment: two virtual threads that only yield hand their carrier to each other
     * for ever, for it looks at its own queue before it takes what came from outside.
     */
    private void giveWay() {
        if (++turns % PARK_EVERY == 0 && Thread.currentThread().isVirtual()) {
            LockSupport.parkNanos(1);
        } else {
            Thread.yield();
        }
    }

    /** Counts bytes that are about to be used. */
    public void allocate(long count) {
        if (count > bytesAtHand) {
            draw(count);
        }
        bytesAtHand -= count;
    }

    private void draw(long count) {
        long needed = count - bytesAtHand;
        if (needed > bytesToDraw) {
            throw new Halt(
                    Halt.Reason.MEMORY,
                    "The call may use " + bytes + " bytes of memory; it used " + bytesUsed() + " and asked for " + count
                            + " more",
                    top);
        }
        if (needed > shared.bytes() - drawn) {
            throw new Halt(
                    Halt.Reason.MEMORY,
                    "The call may use " + bytes
                            + " bytes of memory, but all functions in Starlark of this node together "
                            + "only " + shared.bytes() + " (memory-mb of this executor); it used " + bytesUsed()
                            + " and asked for " + count + " more",
                    top);
        }
        long piece = Math.min(bytesToDraw, Math.max(needed, shared.piece()));
        if (!shared.take(piece)) {
            piece = needed;
            awaitRoom(piece);
        }
        drawn += piece;
        bytesToDraw -= piece;
        bytesAtHand += piece;
    }

    private void awaitRoom(long needed) {
        try {
            if (shared.await(needed, drawn > 0)) {
                return;
            }
        } catch (InterruptedException e) {
            throw new Halt(Halt.Reason.STOPPED, "The call was interrupted");
        }
        throw new Halt(
                Halt.Reason.CROWDED,
                "The functions in Starlark of this node hold nearly " + (shared.bytes() >> 20)
                        + " MB of memory, which is all they may; try again, or raise memory-mb",
                top);
    }

    /** Gives back what it took of the room that is shared. Nothing that it made may be held any longer. */
    public void end() {
        if (drawn > 0) {
            shared.give(drawn);
            drawn = 0;
        }
    }

    /** Counts a string that is about to be made. */
    public void allocateText(long length) {
        allocate(40 + 2 * length);
    }
}
