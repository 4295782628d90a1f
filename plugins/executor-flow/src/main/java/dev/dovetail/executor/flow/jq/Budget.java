package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a call may still compute and hold. Every part of an expression counts against it as often as it is evaluated; where
 * it counts is also where a call is interrupted, and where it gives its carrier up. For one thread at a time.
 */
public final class Budget {
    /** How deep parts of an expression are evaluated inside of each other on the caller's stack. */
    static final int SHALLOW = 100;

    /** How deep they may be on a stack of their own, which has room for three times as many. */
    static final int DEEPEST = 2_000;

    /** How much stack the threads have that a budget is given. */
    public static final int DEEP_STACK = 16 << 20;

    /** How deep values may nest. */
    static final int DEEPEST_VALUE = 200;

    static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    private static final int BETWEEN_LOOKS = 128;
    private static final long TURN_NANOS = 500_000;
    private static final int NODE_BYTES = 48;

    private final long steps;
    private final long most;
    private long left;
    private long largest;
    private final ThreadFactory deep;
    private final Room shared;
    private long held;
    private int deepest = SHALLOW;
    private int depth;
    private int untilLook = BETWEEN_LOOKS;
    private long turn = System.nanoTime();

    /**
     * @param steps how many parts of expressions may be evaluated
     * @param bytes how large a value may be
     * @param deep makes threads with {@link #DEEP_STACK} for what is evaluated deep inside of itself
     */
    public Budget(long steps, long bytes, ThreadFactory deep) {
        this(steps, bytes, deep, new Room(Long.MAX_VALUE / 4));
    }

    /** The same for one that shares the heap with others; it must be ended. */
    public Budget(long steps, long bytes, ThreadFactory deep, Room shared) {
        this.shared = shared;
        this.deep = deep;
        this.steps = steps;
        this.left = steps;
        this.most = bytes;
    }

    public long used() {
        return steps - left;
    }

    /** The largest value that there was, in bytes. */
    public long largest() {
        return largest;
    }

    /** Counts one thing done. */
    public void step() {
        step(1);
    }

    void step(long count) {
        left -= count;
        if (left < 0) {
            left = 0;
            throw new Spent(Spent.What.STEPS, "The workflow has computed more than " + steps + " steps");
        }
        untilLook -= (int) Math.min(count, BETWEEN_LOOKS);
        if (untilLook <= 0) {
            untilLook = BETWEEN_LOOKS;
            look();
        }
    }

    private void look() {
        if (Thread.currentThread().isInterrupted()) {
            throw new Spent(Spent.What.TIME, "The call was interrupted");
        }
        long now = System.nanoTime();
        if (now - turn > TURN_NANOS) {
            turn = now;
            Thread.yield();
        }
    }

    void enter() {
        step(1);
        if (++depth > deepest) {
            throw new TooDeep();
        }
    }

    void leave() {
        depth--;
    }

    /** Says beforehand that so much is to be made. */
    void room(double bytes) {
        if (bytes > most) {
            throw new Spent(
                    Spent.What.MEMORY,
                    "An expression makes a value of more than " + (most >> 20) + " MiB, the most that one may have");
        }
        if (bytes > Room.SMALL && bytes * Room.VALUES_AT_ONCE > held) {
            // somewhat more, so that a value that grows does not ask for each of its parts
            hold((long) (bytes * Room.VALUES_AT_ONCE) + Room.SMALL);
        }
    }

    private void hold(long bytes) {
        if (bytes > shared.bytes()) {
            throw new Spent(
                    Spent.What.MEMORY,
                    "An expression makes a value that needs more than the " + (shared.bytes() >> 20)
                            + " MiB that all workflows of this node may hold together");
        }
        if (!shared.take(bytes - held)) {
            throw new Spent(
                    Spent.What.CROWDED,
                    "The workflows of this node hold nearly " + (shared.bytes() >> 20)
                            + " MiB of memory, which is all they may; try again, or raise the heap");
        }
        held = bytes;
    }

    /** Gives back what it took of the room that is shared. */
    public void end() {
        shared.give(held);
        held = 0;
    }

    /** How large a value is, which is counted as so much work. */
    long measure(JsonNode value) {
        long bytes = measure(value, 0, 0);
        largest = Math.max(largest, bytes);
        return bytes;
    }

    private long measure(JsonNode value, int nesting, long before) {
        step(1);
        long bytes = before + NODE_BYTES;
        if (value.isTextual()) {
            int length = value.textValue().length();
            step(length >> 8);
            bytes += 2L * length;
        } else if (value.isBigInteger()) {
            bytes += value.bigIntegerValue().bitLength() >> 3;
        } else if (value.isContainerNode()) {
            if (nesting > DEEPEST_VALUE) {
                throw new Spent(
                        Spent.What.MEMORY, "An expression makes a value that nests deeper than " + DEEPEST_VALUE);
            }
            if (value.isArray()) {
                for (JsonNode each : value) {
                    bytes = measure(each, nesting + 1, bytes);
                }
            } else {
                for (var each : value.properties()) {
                    bytes = measure(
                            each.getValue(),
                            nesting + 1,
                            bytes + 2L * each.getKey().length());
                }
            }
        }
        room(bytes);
        return bytes;
    }

    /**
     * Evaluates an expression under this budget. One that goes deep is evaluated once more, with a stack of its own: it
     * has done nothing yet but compute, and how deep that is is the same wherever it runs.
     */
    <T, X extends Exception> T during(ScopedValue.CallableOp<T, X> evaluation) throws X {
        depth = 0;
        deepest = SHALLOW;
        try {
            return ScopedValue.where(CURRENT, this).call(evaluation);
        } catch (TooDeep | StackOverflowError e) {
            depth = 0;
            deepest = DEEPEST;
            return elsewhere(evaluation);
        }
    }

    private <T, X extends Exception> T elsewhere(ScopedValue.CallableOp<T, X> evaluation) throws X {
        Deep<T, X> run = new Deep<>(this, evaluation);
        Thread thread = deep.newThread(run);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return run.result();
    }

    /** An evaluation on a thread of its own, while the caller's waits. */
    private static final class Deep<T, X extends Exception> implements Runnable {
        private final Budget budget;
        private final ScopedValue.CallableOp<T, X> evaluation;
        private final AtomicReference<T> value = new AtomicReference<>();
        private final AtomicReference<Throwable> thrown = new AtomicReference<>();

        Deep(Budget budget, ScopedValue.CallableOp<T, X> evaluation) {
            this.budget = budget;
            this.evaluation = evaluation;
        }

        @Override
        public void run() {
            try {
                value.set(ScopedValue.where(CURRENT, budget).call(evaluation));
            } catch (Throwable e) {
                thrown.set(e);
            }
        }

        @SuppressWarnings("unchecked") // an evaluation throws an X, or what need not be declared
        T result() throws X {
            switch (thrown.get()) {
                case null -> {
                    return value.get();
                }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw (X) e;
            }
        }
    }

    /** An expression goes deeper than it may: its own failure, which its author can mend. */
    static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooDeep() {
            super("the expression is evaluated deeper inside of itself than " + DEEPEST + " parts", null, false, false);
        }
    }
}
