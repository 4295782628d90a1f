package dev.dovetail.executor.starlark.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/** What all values have: a type, a truth, equality, a hash and, some of them, an order. */
public final class Values {
    /** How deep values may be nested for those that go all the way down. */
    public static final int DEEPEST = 250;

    private Values() {}

    public static String type(Object value) {
        return switch (value) {
            case None _ -> "NoneType";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case BigInteger _ -> "int";
            case Double _ -> "float";
            case String _ -> "string";
            case Octets _ -> "bytes";
            case StarList _ -> "list";
            case Tuple _ -> "tuple";
            case Dict _ -> "dict";
            case StarSet _ -> "set";
            case Range _ -> "range";
            case Struct _ -> "struct";
            case Foreign foreign -> foreign.type();
            case Builtin _ -> "builtin_function_or_method";
            case Callable _ -> "function";
            default -> throw new IllegalStateException("Not a value: " + value.getClass());
        };
    }

    public static boolean truth(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case None _ -> false;
            case Long number -> number != 0;
            case String text -> !text.isEmpty();
            case StarList list -> list.size() > 0;
            case Table table -> table.size() > 0;
            case Tuple tuple -> tuple.size() > 0;
            case Double number -> number != 0;
            case Octets octets -> octets.content().length > 0;
            case Range range -> range.size() > 0;
            default -> true;
        };
    }

    public static boolean equal(Object a, Object b) {
        return a == b || equal(a, b, DEEPEST);
    }

    private static boolean equal(Object a, Object b, int room) {
        if (a == b) {
            return true;
        }
        return switch (a) {
            case String text -> text.equals(b);
            case Long number -> number.equals(b) || b instanceof Double real && Ints.compareReal(number, real) == 0;
            case BigInteger number ->
                number.equals(b) || b instanceof Double real && Ints.compareReal(number, real) == 0;
            case Double number ->
                b instanceof Double other
                        ? compare(number, other) == 0
                        : Ints.is(b) && Ints.compareReal(b, number) == 0;
            case StarList list -> b instanceof StarList other && equal(list, other, descend(room));
            case Tuple tuple -> b instanceof Tuple other && equal(tuple, other, descend(room));
            case Dict dict -> b instanceof Dict other && equal(dict, other, descend(room));
            case StarSet set -> b instanceof StarSet other && set.size() == other.size() && contains(set, other);
            case Struct struct -> b instanceof Struct other && equal(struct.fields(), other.fields(), descend(room));
            case Callable _ -> a.equals(b);
            case Foreign _ -> false;
            default -> a.equals(b);
        };
    }

    private static int descend(int room) {
        if (room == 0) {
            throw Failure.value("values are nested more than " + DEEPEST + " deep");
        }
        return room - 1;
    }

    private static boolean equal(StarList a, StarList b, int room) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.at(i), b.at(i), room)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Tuple a, Tuple b, int room) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.at(i), b.at(i), room)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Dict a, Dict b, int room) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int entry = 0; entry < a.end(); entry++) {
            if (a.there(entry)) {
                int other = b.find(a.key(entry));
                if (other < 0 || !equal(a.value(entry), b.value(other), room)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean contains(StarSet set, StarSet all) {
        for (int entry = 0; entry < all.end(); entry++) {
            if (all.there(entry) && set.find(all.key(entry)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** @throws Failure if it cannot be a key */
    public static int hash(Object value) {
        return value instanceof String text ? text.hashCode() : hash(value, DEEPEST);
    }

    private static int hash(Object value, int room) {
        return switch (value) {
            case String text -> text.hashCode();
            case Long number -> number.hashCode();
            case Boolean flag -> flag.hashCode();
            case None _ -> 7;
            case Double number -> hash((double) number);
            case Tuple tuple -> {
                int hash = 1;
                for (Object item : tuple.items()) {
                    hash = 31 * hash + hash(item, descend(room));
                }
                yield hash;
            }
            case Struct struct -> {
                int hash = 3;
                Dict fields = struct.fields();
                for (int entry = 0; entry < fields.end(); entry++) {
                    // the order of fields does not count
                    hash += fields.key(entry).hashCode() ^ 31 * hash(fields.value(entry), descend(room));
                }
                yield hash;
            }
            case StarList list -> throw unhashable(list);
            case Table table -> throw unhashable(table);
            default -> value.hashCode();
        };
    }

    private static int hash(double number) {
        if (number == Math.rint(number) && !Double.isInfinite(number)) {
            return Math.abs(number) < 1L << 62
                    ? Long.hashCode((long) number)
                    : Ints.of(new BigDecimal(number).toBigInteger()).hashCode();
        }
        return Double.hashCode(number);
    }

    private static Failure unhashable(Object value) {
        return Failure.type("unhashable type: " + type(value));
    }

    private static int compare(double a, double b) {
        // Double.compare, but for -0.0, which is equal to 0.0
        return a == b ? 0 : Double.compare(a, b);
    }

    /** Negative, zero or positive. */
    public static int compare(Object a, Object b, String op) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        return compare(a, b, op, DEEPEST);
    }

    private static int compare(Object a, Object b, String op, int room) {
        return switch (a) {
            case String x when b instanceof String y -> x.compareTo(y);
            case Double x when b instanceof Double y -> compare((double) x, (double) y);
            case Double x when Ints.is(b) -> -Ints.compareReal(b, x);
            case Long x when b instanceof Double y -> Ints.compareReal(x, y);
            case BigInteger x when b instanceof Double y -> Ints.compareReal(x, y);
            case Long _ when Ints.is(b) -> Ints.compare(a, b);
            case BigInteger _ when Ints.is(b) -> Ints.compare(a, b);
            case Boolean x when b instanceof Boolean y -> Boolean.compare(x, y);
            case Octets x when b instanceof Octets y -> Arrays.compareUnsigned(x.content(), y.content());
            case StarList x when b instanceof StarList y -> compare(x.toArray(), y.toArray(), op, descend(room));
            case Tuple x when b instanceof Tuple y -> compare(x.items(), y.items(), op, descend(room));
            default -> throw Failure.type("cannot compare: " + type(a) + " " + op + " " + type(b));
        };
    }

    private static int compare(Object[] a, Object[] b, String op, int room) {
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            if (!equal(a[i], b[i], room)) {
                return compare(a[i], b[i], op, room);
            }
        }
        return Integer.compare(a.length, b.length);
    }
}
