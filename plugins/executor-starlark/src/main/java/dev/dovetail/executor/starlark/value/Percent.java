package dev.dovetail.executor.starlark.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/** The operator {@code format % arguments}. */
public final class Percent {
    private final Run run;
    private final String format;
    private final Object[] arguments;
    private final StringBuilder out = new StringBuilder();
    private int next;

    private Percent(Run run, String format, Object[] arguments) {
        this.run = run;
        this.format = format;
        this.arguments = arguments;
    }

    static String format(Run run, String format, Object arguments) {
        Percent formatting =
                new Percent(run, format, arguments instanceof Tuple tuple ? tuple.items() : new Object[] {arguments});
        run.work(format.length());
        return formatting.whole();
    }

    private String whole() {
        int from = 0;
        int percent;
        while ((percent = format.indexOf('%', from)) >= 0) {
            append(format.substring(from, percent));
            if (percent + 1 == format.length()) {
                throw Failure.value("incomplete format: it ends with %; write %% for a percent sign");
            }
            char conversion = format.charAt(percent + 1);
            append(conversion == '%' ? "%" : converted(conversion));
            from = percent + 2;
        }
        append(format.substring(from));
        if (next < arguments.length) {
            throw Failure.value("too many arguments for the format: " + arguments.length + ", it uses " + next);
        }
        run.allocateText(0);
        return out.toString();
    }

    private void append(String text) {
        run.allocateText(text.length());
        out.append(text);
    }

    private String converted(char conversion) {
        if ("srdoxXeEfFgG".indexOf(conversion) < 0) {
            throw Failure.value("unknown conversion %" + conversion + "; known are %s %r %d %o %x %X %e %f %g %%");
        }
        if (next >= arguments.length) {
            throw Failure.value("not enough arguments for the format: " + arguments.length);
        }
        Object argument = arguments[next++];
        return switch (conversion) {
            case 's' -> Text.str(run, argument);
            case 'r' -> Text.repr(run, argument);
            case 'd' -> Text.decimal(run, whole(argument, conversion));
            case 'o' -> radix(argument, conversion, 8);
            case 'x' -> radix(argument, conversion, 16);
            case 'X' -> radix(argument, conversion, 16).toUpperCase(Locale.ROOT);
            default -> real(number(argument, conversion), conversion);
        };
    }

    private String radix(Object argument, char conversion, int radix) {
        BigInteger number = Ints.big(whole(argument, conversion));
        run.allocate(number.bitLength());
        return number.toString(radix);
    }

    private static Object whole(Object argument, char conversion) {
        if (argument instanceof Double real) {
            return truncated(real);
        }
        if (!Ints.is(argument)) {
            throw wrong(argument, conversion);
        }
        return argument;
    }

    /** The int towards zero. */
    public static Object truncated(double real) {
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            throw Failure.value("cannot convert float " + Text.number(real) + " to int");
        }
        return Math.abs(real) < 1L << 62 ? Ints.of((long) real) : Ints.of(new BigDecimal(real).toBigInteger());
    }

    private static double number(Object argument, char conversion) {
        if (!Operators.number(argument)) {
            throw wrong(argument, conversion);
        }
        return Operators.real(argument);
    }

    private static Failure wrong(Object argument, char conversion) {
        return Failure.type("%" + conversion + " needs a number, not " + Values.type(argument));
    }

    private static String real(double value, char conversion) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Text.number(value);
        }
        return switch (conversion) {
            case 'f', 'F' ->
                new BigDecimal(value)
                        .setScale(6, java.math.RoundingMode.HALF_EVEN)
                        .toPlainString()
                        .replaceFirst("^(?=0\\.0*$)", value < 0 || 1 / value < 0 ? "-" : "");
            case 'e' -> String.format(Locale.ROOT, "%e", value == 0 ? (Number) value : new BigDecimal(value));
            case 'E' -> String.format(Locale.ROOT, "%E", value == 0 ? (Number) value : new BigDecimal(value));
            case 'g' -> Text.number(value);
            default -> Text.number(value).toUpperCase(Locale.ROOT);
        };
    }
}
