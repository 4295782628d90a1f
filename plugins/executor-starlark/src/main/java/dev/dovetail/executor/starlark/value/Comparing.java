package dev.dovetail.executor.starlark.value;

import java.math.BigInteger;
import java.util.Arrays;

/** Equality and order of values. Each pair that is compared counts as a step, for values can share their parts. */
public final class Comparing {
    private Comparing() {}

    public static boolean equal(Run run, Object a, Object b) {
        return equal(run, a, b, Values.DEEPEST);
    }

    private static boolean equal(Run run, Object a, Object b, int room) {
        if (a == b) {
            return true;
        }
        return switch (a) {
            case String text -> text.equals(b);
            case Long number -> number.equals(b) || b instanceof Double real && Ints.compareReal(number, real) == 0;
            case BigInteger number ->
                number.equals(b) || b instanceof Double real && Ints.compareReal(number, real) == 0;
            case Double number when b instanceof Double other -> compare(number, other) == 0;
            case Double number -> Ints.is(b) && Ints.compareReal(b, number) == 0;
            case StarList list -> b instanceof StarList other && equal(run, list, other, Values.descend(room));
            case Tuple tuple -> b instanceof Tuple other && equal(run, tuple, other, Values.descend(room));
            case Dict dict -> b instanceof Dict other && equal(run, dict, other, Values.descend(room));
            case StarSet set -> b instanceof StarSet other && set.size() == other.size() && contains(run, set, other);
            case Struct struct ->
                b instanceof Struct other && equal(run, struct.fields(), other.fields(), Values.descend(room));
            case Foreign _ -> false;
            default -> a.equals(b);
        };
    }

    private static boolean equal(Run run, StarList a, StarList b, int room) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            run.tick();
            if (!equal(run, a.at(i), b.at(i), room)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Run run, Tuple a, Tuple b, int room) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            run.tick();
            if (!equal(run, a.at(i), b.at(i), room)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Run run, Dict a, Dict b, int room) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int entry = 0; entry < a.end(); entry++) {
            if (a.there(entry)) {
                run.tick();
                int other = b.find(run, a.key(entry));
                if (other < 0 || !equal(run, a.value(entry), b.value(other), room)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean contains(Run run, StarSet set, StarSet all) {
        for (int entry = 0; entry < all.end(); entry++) {
            if (all.there(entry)) {
                run.tick();
                if (set.find(run, all.key(entry)) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int compare(double a, double b) {
        // Double.compare, but for -0.0, which is equal to 0.0
        return a == b ? 0 : Double.compare(a, b);
    }

    /**
     * Negative, zero or positive.
     *
     * @param op the operator, for the message if there is no order
     */
    public static int order(Run run, Object a, Object b, String op) {
        return order(run, a, b, op, Values.DEEPEST);
    }

    private static int order(Run run, Object a, Object b, String op, int room) {
        return switch (a) {
            case Long x when b instanceof Long y -> Long.compare(x, y);
            case String x when b instanceof String y -> x.compareTo(y);
            case Double x when b instanceof Double y -> compare((double) x, (double) y);
            case Double x when Ints.is(b) -> -Ints.compareReal(b, x);
            case Long x when b instanceof Double y -> Ints.compareReal(x, y);
            case BigInteger x when b instanceof Double y -> Ints.compareReal(x, y);
            case Long _ when Ints.is(b) -> Ints.compare(a, b);
            case BigInteger _ when Ints.is(b) -> Ints.compare(a, b);
            case Boolean x when b instanceof Boolean y -> Boolean.compare(x, y);
            case Octets x when b instanceof Octets y -> Arrays.compareUnsigned(x.content(), y.content());
            case StarList x when b instanceof StarList y -> order(run, x, y, op, Values.descend(room));
            case Tuple x when b instanceof Tuple y -> order(run, x, y, op, Values.descend(room));
            default -> throw Failure.type("cannot compare: " + Values.type(a) + " " + op + " " + Values.type(b));
        };
    }

    private static int order(Run run, StarList a, StarList b, String op, int room) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            run.tick();
            if (!equal(run, a.at(i), b.at(i), room)) {
                return order(run, a.at(i), b.at(i), op, room);
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static int order(Run run, Tuple a, Tuple b, String op, int room) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            run.tick();
            if (!equal(run, a.at(i), b.at(i), room)) {
                return order(run, a.at(i), b.at(i), op, room);
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
