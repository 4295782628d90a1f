package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Percent;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Values;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** The built-in functions that make numbers. */
final class Numbers {
    private static final Pattern FLOAT = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int MOST_DIGITS = 300_000;

    private Numbers() {}

    static Object abs(Run run, Object x) {
        if (x instanceof Double number) {
            return Math.abs(number);
        }
        if (!Ints.is(x)) {
            throw Failure.type("abs() needs a number, not " + Values.type(x));
        }
        return Ints.compare(x, 0L) < 0 ? Ints.negate(run, x) : x;
    }

    static Object toFloat(Object x) {
        return switch (x) {
            case Double number -> number;
            case Boolean flag -> flag ? 1.0 : 0.0;
            case String text -> parsed(text);
            case Object whole when Ints.is(whole) -> Ints.toDouble(whole);
            default -> throw Failure.type("float() of " + Values.type(x));
        };
    }

    private static double parsed(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        boolean minus = word.startsWith("-");
        switch (minus || word.startsWith("+") ? word.substring(1) : word) {
            case "nan" -> {
                return Double.NaN;
            }
            case "inf", "infinity" -> {
                return minus ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            }
            default -> {
                if (text.length() > 1_000 || !FLOAT.matcher(text).matches()) {
                    throw Failure.value("not a float: " + quoted(text));
                }
                double value = Double.parseDouble(text);
                if (Double.isInfinite(value)) {
                    throw Failure.value("the float is too large: " + quoted(text));
                }
                return value;
            }
        }
    }

    private static String quoted(String text) {
        return "\"" + (text.length() <= 60 ? text : text.substring(0, 60) + "...") + "\"";
    }

    static Object toInt(Run run, Object x, Object base) {
        if (x instanceof String text) {
            int radix = Arguments.given(base) ? Arguments.number(base, "the base") : 10;
            if (radix != 0 && (radix < 2 || radix > 36)) {
                throw Failure.value("the base is 0 or from 2 to 36, not " + radix);
            }
            return parsed(run, text, radix);
        }
        if (Arguments.given(base)) {
            throw Failure.type("int() with a base needs a string, not " + Values.type(x));
        }
        return switch (x) {
            case Boolean flag -> flag ? 1L : 0L;
            case Double number -> Percent.truncated(number);
            case Object whole when Ints.is(whole) -> whole;
            default -> throw Failure.type("int() of " + Values.type(x));
        };
    }

    private static Object parsed(Run run, String text, int base) {
        if (text.length() > MOST_DIGITS) {
            throw Failure.value("an int of " + text.length() + " digits is too long");
        }
        run.allocate(text.length());
        run.work((long) text.length() * text.length() / 4_096);
        boolean minus = text.startsWith("-");
        String digits = minus || text.startsWith("+") ? text.substring(1) : text;
        int radix = base;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            int prefix = switch (Character.toLowerCase(digits.charAt(1))) {
                case 'x' -> 16;
                case 'o' -> 8;
                case 'b' -> 2;
                default -> 10;
            };
            if (prefix != 10 && (base == 0 || base == prefix)) {
                radix = prefix;
                digits = digits.substring(2);
            } else if (base == 0 && !digits.chars().allMatch(c -> c == '0')) {
                throw notAnInt(text, base);
            }
        }
        radix = radix == 0 ? 10 : radix;
        if (digits.isEmpty() || digits.charAt(0) == '-' || digits.charAt(0) == '+' || !ascii(digits)) {
            throw notAnInt(text, base);
        }
        try {
            BigInteger value = new BigInteger(digits, radix);
            return Ints.of(minus ? value.negate() : value);
        } catch (NumberFormatException e) {
            throw notAnInt(text, base);
        }
    }

    private static boolean ascii(String digits) {
        return digits.chars().allMatch(c -> c < 128);
    }

    private static Failure notAnInt(String text, int base) {
        return Failure.value("not an int of base " + (base == 0 ? 10 : base) + ": " + quoted(text));
    }
}
