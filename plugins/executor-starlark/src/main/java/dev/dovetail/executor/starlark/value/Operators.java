package dev.dovetail.executor.starlark.value;

import java.util.Arrays;

/** The binary operators on all types. Each counts what it makes before it makes it. */
public final class Operators {
    private Operators() {}

    public static Object add(Run run, Object x, Object y) {
        if (x instanceof Long && y instanceof Long) {
            return Ints.add(run, x, y);
        }
        if (x instanceof String a && y instanceof String b) {
            run.allocateText((long) a.length() + b.length());
            run.work((long) a.length() + b.length());
            Sequences.bounded((long) a.length() + b.length());
            return a.concat(b);
        }
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.add(run, x, y);
        }
        if (number(x) && number(y)) {
            return real(x) + real(y);
        }
        if (x instanceof StarList a && y instanceof StarList b) {
            Sequences.reserve(run, (long) a.size() + b.size());
            return new StarList(run.mutability(), Sequences.joined(a.toArray(), a.size(), b.toArray(), b.size()));
        }
        if (x instanceof Tuple a && y instanceof Tuple b) {
            Sequences.reserve(run, (long) a.size() + b.size());
            return new Tuple(Sequences.joined(a.items(), a.size(), b.items(), b.size()));
        }
        if (x instanceof Octets(byte[] a) && y instanceof Octets(byte[] b)) {
            run.allocate(40L + a.length + b.length);
            byte[] all = Arrays.copyOf(a, Sequences.bounded((long) a.length + b.length));
            System.arraycopy(b, 0, all, a.length, b.length);
            return new Octets(all);
        }
        throw unsupported(x, "+", y);
    }

    public static Object subtract(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.subtract(run, x, y);
        }
        if (number(x) && number(y)) {
            return real(x) - real(y);
        }
        if (x instanceof StarSet a && y instanceof StarSet b) {
            return Sets.difference(run, a, b);
        }
        throw unsupported(x, "-", y);
    }

    public static Object multiply(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.multiply(run, x, y);
        }
        if (number(x) && number(y)) {
            return real(x) * real(y);
        }
        if (Ints.is(y) && Sequences.size(x) >= 0) {
            return repeat(run, x, y);
        }
        if (Ints.is(x) && Sequences.size(y) >= 0) {
            return repeat(run, y, x);
        }
        throw unsupported(x, "*", y);
    }

    private static Object repeat(Run run, Object sequence, Object count) {
        long size = Sequences.size(sequence);
        long times = count instanceof Long small
                ? Math.max(0, small)
                : Ints.big(count).signum() < 0 ? 0 : Long.MAX_VALUE;
        if (size == 0) {
            times = 0;
        }
        long total =
                Math.multiplyHigh(size, times) != 0 ? Long.MAX_VALUE / 32 : Math.min(size * times, Long.MAX_VALUE / 32);
        total = total < 0 ? Long.MAX_VALUE / 32 : total;
        switch (sequence) {
            case String text -> {
                run.allocateText(total);
                run.work(total);
                Sequences.bounded(total);
                return text.repeat((int) times);
            }
            case StarList list -> {
                Sequences.reserve(run, total);
                return new StarList(run.mutability(), repeated(list.toArray(), (int) total));
            }
            case Tuple tuple -> {
                Sequences.reserve(run, total);
                return new Tuple(repeated(tuple.items(), (int) total));
            }
            case Octets octets -> {
                run.allocate(40 + total);
                run.work(total);
                byte[] all = new byte[Sequences.bounded(total)];
                for (int at = 0; at < all.length; at += (int) size) {
                    System.arraycopy(octets.content(), 0, all, at, (int) size);
                }
                return new Octets(all);
            }
            default -> throw unsupported(sequence, "*", count);
        }
    }

    private static Object[] repeated(Object[] items, int total) {
        Object[] all = new Object[total];
        for (int at = 0; at < total; at += items.length) {
            System.arraycopy(items, 0, all, at, items.length);
        }
        return all;
    }

    public static Object divide(Object x, Object y) {
        if (!number(x) || !number(y)) {
            throw unsupported(x, "/", y);
        }
        double divisor = real(y);
        if (divisor == 0) {
            throw Failure.value("division by zero");
        }
        return real(x) / divisor;
    }

    public static Object floorDivide(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.floorDivide(run, x, y);
        }
        Object quotient = number(x) && number(y) ? divide(x, y) : Builtin.ABSENT;
        if (quotient == Builtin.ABSENT) {
            throw unsupported(x, "//", y);
        }
        return Math.floor((double) quotient);
    }

    public static Object modulo(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.modulo(run, x, y);
        }
        if (x instanceof String format) {
            return Percent.format(run, format, y);
        }
        if (!number(x) || !number(y)) {
            throw unsupported(x, "%", y);
        }
        double divisor = real(y);
        if (divisor == 0) {
            throw Failure.value("division by zero");
        }
        double remainder = real(x) % divisor;
        return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder;
    }

    public static Object or(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.or(run, x, y);
        }
        if (x instanceof Dict a && y instanceof Dict b) {
            Dict all = new Dict(run.mutability());
            enterAll(run, all, a);
            enterAll(run, all, b);
            return all;
        }
        if (x instanceof StarSet a && y instanceof StarSet b) {
            return Sets.union(run, a, b);
        }
        throw unsupported(x, "|", y);
    }

    public static void enterAll(Run run, Dict into, Dict from) {
        for (int entry = 0; entry < from.end(); entry++) {
            if (from.there(entry)) {
                run.work(16);
                into.enter(run, from.key(entry), from.value(entry));
            }
        }
    }

    public static Object and(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.and(run, x, y);
        }
        if (x instanceof StarSet a && y instanceof StarSet b) {
            return Sets.intersection(run, a, b);
        }
        throw unsupported(x, "&", y);
    }

    public static Object xor(Run run, Object x, Object y) {
        if (Ints.is(x) && Ints.is(y)) {
            return Ints.xor(run, x, y);
        }
        if (x instanceof StarSet a && y instanceof StarSet b) {
            return Sets.symmetric(run, a, b);
        }
        throw unsupported(x, "^", y);
    }

    public static Object shift(Run run, Object x, String op, Object y) {
        if (!Ints.is(x) || !Ints.is(y)) {
            throw unsupported(x, op, y);
        }
        return op.equals("<<") ? Ints.shiftLeft(run, x, y) : Ints.shiftRight(run, x, y);
    }

    public static boolean number(Object value) {
        return value instanceof Long || value instanceof Double || Ints.is(value);
    }

    public static double real(Object value) {
        return value instanceof Double number ? number : Ints.toDouble(value);
    }

    static Failure unsupported(Object x, String op, Object y) {
        String hint = op.equals("+") && (x instanceof String || y instanceof String)
                ? "; str(...) makes a string of any value"
                : "";
        return Failure.type("unsupported: " + Values.type(x) + " " + op + " " + Values.type(y) + hint);
    }
}
