package dev.dovetail.executor.starlark.syntax;

import java.math.BigInteger;

/** Reads int and float literals. */
final class Numerals {
    private static final int MOST_DIGITS = 10_000;

    record Read(Object value, int end) {}

    private Numerals() {}

    static Read read(String text, int start) {
        int end = start;
        boolean zero = text.charAt(start) == '0';
        char mark = zero && start + 1 < text.length() ? Character.toLowerCase(text.charAt(start + 1)) : ' ';
        int radix = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
        if (radix != 10) {
            end += 2;
            while (end < text.length() && Character.digit(text.charAt(end), 36) >= 0) {
                end++;
            }
            return new Read(integer(text, start, start + 2, end, radix), checked(text, start, end));
        }
        end = digits(text, end);
        boolean real = false;
        if (end < text.length() && text.charAt(end) == '.') {
            real = true;
            end = digits(text, end + 1);
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int exponent = end + 1;
            if (exponent < text.length() && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
                exponent++;
            }
            int after = digits(text, exponent);
            if (after == exponent) {
                throw Scanner.wrong(
                        start, "Not a float: \"" + text.substring(start, after) + "\"; expected digits after e");
            }
            real = true;
            end = after;
        }
        checked(text, start, end);
        if (real) {
            double value = Double.parseDouble(text.substring(start, end));
            if (Double.isInfinite(value)) {
                throw Scanner.wrong(start, "The float " + text.substring(start, end) + " is too large");
            }
            return new Read(value, end);
        }
        if (zero && end - start > 1) {
            throw Scanner.wrong(
                    start,
                    "Not an int: \"" + text.substring(start, end) + "\" begins with 0",
                    "write octal numbers as 0o" + text.substring(start + 1, end));
        }
        return new Read(integer(text, start, start, end, 10), end);
    }

    private static int checked(String text, int start, int end) {
        if (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            throw Scanner.wrong(start, "A number that a name follows: \"" + text.substring(start, end + 1) + "\"");
        }
        return end;
    }

    private static int digits(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static Object integer(String text, int start, int from, int end, int radix) {
        if (end - from > MOST_DIGITS) {
            throw Scanner.wrong(start, "An int literal of more than " + MOST_DIGITS + " digits");
        }
        BigInteger value;
        try {
            value = new BigInteger(text.substring(from, end), radix);
        } catch (NumberFormatException e) {
            throw Scanner.wrong(
                    start, "Not an int: \"" + text.substring(start, end) + "\"; expected digits of base " + radix);
        }
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }
}
