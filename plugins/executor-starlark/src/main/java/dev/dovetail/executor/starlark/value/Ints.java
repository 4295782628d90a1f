package dev.dovetail.executor.starlark.value;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Arithmetic on ints: a {@link Long} while it fits, a {@link BigInteger} when it does not, and never both. */
public final class Ints {
    /** The longest int, so that no single operation computes for long. */
    public static final int MOST_BITS = 1 << 20;

    private static final int LEAST_CACHED = -128;
    private static final Long[] CACHE = new Long[1152];

    static {
        for (int i = 0; i < CACHE.length; i++) {
            CACHE[i] = (long) (i + LEAST_CACHED);
        }
    }

    private Ints() {}

    public static Long of(long value) {
        int index = (int) value - LEAST_CACHED;
        return value >= LEAST_CACHED && value < CACHE.length + LEAST_CACHED ? CACHE[index] : Long.valueOf(value);
    }

    public static Object of(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) of(value.longValue()) : value;
    }

    public static boolean is(Object value) {
        return value instanceof Long || value instanceof BigInteger;
    }

    public static BigInteger big(Object value) {
        return value instanceof Long small ? BigInteger.valueOf(small) : (BigInteger) value;
    }

    private static int bits(Object value) {
        return value instanceof BigInteger big ? big.bitLength() : Long.SIZE;
    }

    private static void reserve(Run run, long bits) {
        if (bits > MOST_BITS) {
            throw Failure.value("int too large: about " + bits + " bits; at most " + MOST_BITS + " are allowed");
        }
        run.allocate(40 + bits / 8);
        run.work(bits / 8);
    }

    public static Object add(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            long sum = a + b;
            if (((a ^ sum) & (b ^ sum)) >= 0) {
                return of(sum);
            }
        }
        reserve(run, Math.max(bits(x), bits(y)) + 1L);
        return of(big(x).add(big(y)));
    }

    public static Object subtract(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            long difference = a - b;
            if (((a ^ b) & (a ^ difference)) >= 0) {
                return of(difference);
            }
        }
        reserve(run, Math.max(bits(x), bits(y)) + 1L);
        return of(big(x).subtract(big(y)));
    }

    public static Object multiply(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            long high = Math.multiplyHigh(a, b);
            long low = a * b;
            if (high == 0 && low >= 0 || high == -1 && low < 0) {
                return of(low);
            }
        }
        reserve(run, (long) bits(x) + bits(y));
        hard(run, bits(x), bits(y));
        return of(big(x).multiply(big(y)));
    }

    /** Counts the work of multiplying or dividing, which grows faster than the numbers. */
    private static void hard(Run run, long bits, long otherBits) {
        run.work(Math.min(bits, otherBits) / 64 * (Math.max(bits, otherBits) / 64) / 16);
    }

    public static Object floorDivide(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b && !(a == Long.MIN_VALUE && b == -1)) {
            return of(Math.floorDiv(a, nonZero(b)));
        }
        return of(divided(run, x, y)[0]);
    }

    public static Object modulo(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            return of(Math.floorMod(a, nonZero(b)));
        }
        return of(divided(run, x, y)[1]);
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw Failure.value("division by zero");
        }
        return divisor;
    }

    private static BigInteger[] divided(Run run, Object x, Object y) {
        if (y instanceof Long small) {
            nonZero(small);
        }
        reserve(run, Math.max(bits(x), bits(y)) + 1L);
        hard(run, bits(x), bits(y));
        BigInteger divisor = big(y);
        BigInteger[] parts = big(x).divideAndRemainder(divisor);
        if (parts[1].signum() != 0 && parts[1].signum() != divisor.signum()) {
            parts[0] = parts[0].subtract(BigInteger.ONE);
            parts[1] = parts[1].add(divisor);
        }
        return parts;
    }

    public static Object shiftLeft(Run run, Object x, Object y) {
        int by = shift(y, "<<");
        if (x instanceof Long a && (by < 63 && a << by >> by == a || a == 0)) {
            return of(a == 0 ? 0 : a << by);
        }
        reserve(run, (long) bits(x) + by);
        return of(big(x).shiftLeft(by));
    }

    public static Object shiftRight(Run run, Object x, Object y) {
        int by = shift(y, ">>");
        if (x instanceof Long a) {
            return of(a >> Math.min(by, 63));
        }
        reserve(run, bits(x));
        return of(big(x).shiftRight(by));
    }

    private static int shift(Object count, String op) {
        if (count instanceof Long small && small >= 0 && small <= MOST_BITS) {
            return small.intValue();
        }
        if (big(count).signum() < 0) {
            throw Failure.value("negative shift count: " + count);
        }
        if (op.equals(">>")) {
            return MOST_BITS;
        }
        throw Failure.value("shift count too large: at most " + MOST_BITS + " are allowed");
    }

    public static Object and(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            return of(a & b);
        }
        reserve(run, Math.max(bits(x), bits(y)));
        return of(big(x).and(big(y)));
    }

    public static Object or(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            return of(a | b);
        }
        reserve(run, Math.max(bits(x), bits(y)));
        return of(big(x).or(big(y)));
    }

    public static Object xor(Run run, Object x, Object y) {
        if (x instanceof Long a && y instanceof Long b) {
            return of(a ^ b);
        }
        reserve(run, Math.max(bits(x), bits(y)));
        return of(big(x).xor(big(y)));
    }

    public static Object negate(Run run, Object x) {
        return subtract(run, 0L, x);
    }

    public static int compare(Object x, Object y) {
        return x instanceof Long a && y instanceof Long b ? Long.compare(a, b) : big(x).compareTo(big(y));
    }

    /** Compares an int with a float exactly; NaN is greater than every number. */
    public static int compareReal(Object x, double y) {
        if (Double.isNaN(y) || y == Double.POSITIVE_INFINITY) {
            return -1;
        }
        if (y == Double.NEGATIVE_INFINITY) {
            return 1;
        }
        if (x instanceof Long a && Math.abs(a) <= 1L << 53) {
            return Double.compare(a, y == 0 ? 0 : y);
        }
        return new BigDecimal(big(x)).compareTo(new BigDecimal(y));
    }

    /** The nearest float. */
    public static double toDouble(Object x) {
        double value = x instanceof Long a ? (double) a : big(x).doubleValue();
        if (Double.isInfinite(value)) {
            throw Failure.value("int too large to convert to float");
        }
        return value;
    }
}
