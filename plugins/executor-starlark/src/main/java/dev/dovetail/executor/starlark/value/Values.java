package dev.dovetail.executor.starlark.value;

import java.math.BigDecimal;
import java.math.BigInteger;

/** What all values have: a type, a truth and, some of them, a hash. */
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

    /** @throws Failure if it cannot be a key */
    public static int hash(Object value) {
        return value instanceof String text ? text.hashCode() : hash(value, DEEPEST);
    }

    static int hash(Object value, int room) {
        return switch (value) {
            case String text -> text.hashCode();
            case Long number -> number.hashCode();
            case Boolean flag -> flag.hashCode();
            case None _ -> 7;
            case Double number -> hash((double) number);
            case Tuple tuple -> tuple.hash(descend(room));
            case Struct struct -> struct.hash(descend(room));
            case StarList list -> throw unhashable(list);
            case Table table -> throw unhashable(table);
            default -> value.hashCode();
        };
    }

    static int descend(int room) {
        if (room == 0) {
            throw Failure.value("values are nested more than " + DEEPEST + " deep");
        }
        return room - 1;
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
}
