package dev.dovetail.executor.starlark.json;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Run;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Reads one number of JSON: an int if it has no point and no exponent, else a float. */
final class JsonNumber {
    private static final int MOST_DIGITS = 20_000;

    record Read(Object value, int end) {}

    private final Run run;
    private final byte[] text;
    private int at;

    private JsonNumber(Run run, byte[] text, int at) {
        this.run = run;
        this.text = text;
        this.at = at;
    }

    static Read read(Run run, byte[] text, int at) {
        JsonNumber reading = new JsonNumber(run, text, at);
        Object value = reading.number();
        return new Read(value, reading.at);
    }

    private boolean digit() {
        return at < text.length && text[at] >= '0' && text[at] <= '9';
    }

    private void digits() {
        if (!digit()) {
            throw JsonReader.wrong(text, at, "a digit");
        }
        while (digit()) {
            at++;
        }
    }

    private Object number() {
        int start = at;
        boolean negative = text[at] == '-';
        if (negative) {
            at++;
        }
        if (!digit()) {
            throw JsonReader.wrong(text, at, "a value");
        }
        int first = at;
        if (text[at] == '0') {
            at++;
        } else {
            digits();
        }
        int whole = at - first;
        boolean real = false;
        if (at < text.length && text[at] == '.') {
            real = true;
            at++;
            digits();
        }
        if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
            real = true;
            at++;
            if (at < text.length && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            digits();
        }
        if (!real && whole <= 18) {
            long value = 0;
            for (int i = first; i < at; i++) {
                value = value * 10 + text[i] - '0';
            }
            return Ints.of(negative ? -value : value);
        }
        if (at - start > MOST_DIGITS) {
            throw Failure.value("a JSON number of " + (at - start) + " characters is too long");
        }
        String written = new String(text, start, at - start, StandardCharsets.ISO_8859_1);
        if (!real) {
            run.allocate(whole);
            run.work((long) whole * whole / 256);
            return Ints.of(new BigInteger(written));
        }
        double value = Double.parseDouble(written);
        if (Double.isInfinite(value)) {
            throw Failure.value("the JSON number " + written.substring(0, Math.min(40, written.length()))
                    + " is too large for a float");
        }
        return value;
    }
}
