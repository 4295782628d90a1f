package dev.dovetail.executor.starlark.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes values as text, as {@code str} and {@code repr} do. Counts what it writes. */
public final class Text {
    private static final int CHUNK = 4_096;

    private final Run run;
    private final StringBuilder out = new StringBuilder();
    private int counted;
    /** What contains what is written now, by the room that was left. */
    private final Object[] within = new Object[Values.DEEPEST];

    private Text(Run run) {
        this.run = run;
    }

    public static String str(Run run, Object value) {
        if (value instanceof Octets octets) {
            run.allocateText(octets.content().length);
            return decoded(octets);
        }
        return value instanceof String text ? text : repr(run, value);
    }

    public static String repr(Run run, Object value) {
        if (value instanceof Long number) {
            String digits = Long.toString(number);
            run.allocateText(digits.length());
            return digits;
        }
        Text writer = new Text(run);
        writer.write(value, Values.DEEPEST);
        run.allocateText(writer.out.length() - writer.counted);
        return writer.out.toString();
    }

    private void write(Object value, int room) {
        if (out.length() - counted > CHUNK) {
            run.allocateText(out.length() - counted);
            run.work(out.length() - counted);
            counted = out.length();
        }
        if (room == 0) {
            out.append("...");
            return;
        }
        if (value instanceof StarList || value instanceof Dict) {
            for (int i = room; i < within.length; i++) {
                if (within[i] == value) {
                    out.append(value instanceof Dict ? "{...}" : "[...]");
                    return;
                }
            }
        }
        within[room - 1] = value;
        switch (value) {
            case String text -> quoted(text);
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Long number -> out.append((long) number);
            case BigInteger number -> out.append(decimal(run, number));
            case Double number -> out.append(number(number));
            case Octets octets -> octets(octets.content());
            case StarList list -> items("[", list.toArray(), "]", room);
            case Tuple tuple -> items("(", tuple.items(), tuple.size() == 1 ? ",)" : ")", room);
            case Dict dict -> entries(dict, "{", ": ", "}", false, room);
            case StarSet set -> items("set([", set.keys(), "])", room);
            case Struct struct -> entries(struct.fields(), "struct(", " = ", ")", true, room);
            case Range range -> range(range);
            case Foreign foreign -> out.append('<').append(foreign.type()).append('>');
            case Builtin builtin ->
                out.append("<built-in function ").append(builtin.name()).append('>');
            case Callable function ->
                out.append("<function ").append(function.name()).append('>');
            default -> out.append(value);
        }
    }

    private void range(Range range) {
        out.append("range(").append(range.start()).append(", ").append(range.stop());
        if (range.step() != 1) {
            out.append(", ").append(range.step());
        }
        out.append(')');
    }

    private void items(String open, Object[] items, String close, int room) {
        run.work(items.length * 16L);
        out.append(open);
        for (int i = 0; i < items.length; i++) {
            if (i > 0) {
                out.append(", ");
            }
            write(items[i], room - 1);
        }
        out.append(close);
    }

    private void entries(Dict dict, String open, String between, String close, boolean bare, int room) {
        run.work(dict.size() * 16L);
        out.append(open);
        boolean first = true;
        for (int entry = 0; entry < dict.end(); entry++) {
            if (!dict.there(entry)) {
                continue;
            }
            if (!first) {
                out.append(", ");
            }
            first = false;
            if (bare) {
                out.append(dict.key(entry));
            } else {
                write(dict.key(entry), room - 1);
            }
            out.append(between);
            write(dict.value(entry), room - 1);
        }
        out.append(close);
    }

    private void quoted(String text) {
        run.work(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7F) {
                        out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private void octets(byte[] content) {
        run.work(content.length * 4L);
        out.append("b\"");
        for (byte octet : content) {
            int c = octet & 0xFF;
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c >= 0x7F) {
                        out.append(String.format(Locale.ROOT, "\\x%02x", c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Decimal digits, whose making costs more than their number. */
    public static String decimal(Run run, Object number) {
        if (number instanceof BigInteger big) {
            run.allocate(big.bitLength());
            run.work((long) big.bitLength() * big.bitLength() / 8_192);
        }
        return number.toString();
    }

    /** The shortest digits that read back as the same float, always with a point or an exponent, as {@code %g} is. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal decimal = shortest(Math.abs(value));
        String digits = decimal.unscaledValue().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        StringBuilder out = new StringBuilder(value < 0 ? "-" : "");
        if (exponent < -4 || exponent >= 6) {
            out.append(digits.charAt(0));
            if (digits.length() > 1) {
                out.append('.').append(digits, 1, digits.length());
            }
            out.append('e').append(exponent < 0 ? '-' : '+');
            return out.append(Math.abs(exponent) < 10 ? "0" : "")
                    .append(Math.abs(exponent))
                    .toString();
        }
        String plain = decimal.toPlainString();
        return out.append(plain).append(plain.indexOf('.') < 0 ? ".0" : "").toString();
    }

    /** Java writes at least two digits, where one may do: 4.9E-324 for 5e-324. */
    private static BigDecimal shortest(double value) {
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal shorter = decimal.round(new MathContext(1));
        return decimal.precision() == 2 && shorter.doubleValue() == value ? shorter : decimal;
    }

    /** The text of bytes: UTF-8, each byte that is not becoming U+FFFD. */
    public static String decoded(Octets octets) {
        ByteBuffer in = ByteBuffer.wrap(octets.content());
        CharBuffer out = CharBuffer.allocate(in.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result;
        while ((result = decoder.decode(in, out, true)).isError()) {
            for (int i = 0; i < result.length(); i++) {
                in.get();
                out.put('\uFFFD');
            }
        }
        return out.flip().toString();
    }
}
