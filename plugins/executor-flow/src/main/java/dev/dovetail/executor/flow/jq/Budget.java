package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a call may still compute and hold. Every part of an expression counts against it as often as it is evaluated; where
 * it counts is also where a call is interrupted, and where it gives its carrier up. For one thread at a time.
 */
public final class Budget {
    /** How deep parts of an expression may be evaluated inside of each other; a carrier's stack has room for more. */
    static final int DEEPEST = 400;

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
    private int depth;
    private int untilLook = BETWEEN_LOOKS;
    private long turn = System.nanoTime();

    /**
     * @param steps how many parts of expressions may be evaluated
     * @param bytes how large a value may be
     */
    public Budget(long steps, long bytes) {
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
        if (++depth > DEEPEST) {
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

    /** Runs an expression's evaluation under this budget. */
    <X extends Exception> void during(ScopedValue.CallableOp<Void, X> evaluation) throws X {
        depth = 0;
        ScopedValue.where(CURRENT, this).call(evaluation);
    }

    /** An expression goes deeper than it may: its own failure, which its author can mend. */
    static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooDeep() {
            super("the expression is evaluated deeper inside of itself than " + DEEPEST + " parts", null, false, false);
        }
    }
}
