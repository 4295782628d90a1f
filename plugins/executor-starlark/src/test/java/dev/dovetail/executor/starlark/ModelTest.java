package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.lib.Universe;
import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Indexing;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Search;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.testkit.FirstRunCounts;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random programs and values against simple models. A failure's message has the seed. */
@FirstRunCounts
final class ModelTest {
    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private Run run;

    @BeforeEach
    void freshRun() {
        run = new Run(500_000_000, 1L << 32, "");
    }

    private Object evaluated(String expression) {
        return LanguageTest.compile("x = (" + expression + ")", Universe.ALL)
                .load(new Run(1_000_000, 1 << 28, ""))
                .find("x")
                .orElseThrow();
    }

    private BigInteger number() {
        return switch (random.nextInt(4)) {
            case 0 -> BigInteger.valueOf(random.nextInt(20) - 10);
            case 1 -> BigInteger.valueOf(random.nextLong());
            case 2 -> BigInteger.ONE.shiftLeft(62 + random.nextInt(3)).add(BigInteger.valueOf(random.nextInt(5) - 2));
            default ->
                new BigInteger(1 + random.nextInt(200), random)
                        .multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1));
        };
    }

    @Test
    void intsAgreeWithBigInteger() {
        for (int i = 0; i < 2_000; i++) {
            BigInteger a = number();
            BigInteger b = number();
            int shift = random.nextInt(100);
            String pair = "[" + a + " + " + b + ", " + a + " - " + b + ", " + a + " * " + b + ", " + a + " & " + b
                    + ", " + a + " | " + b + ", " + a + " ^ " + b + ", " + a + " << " + shift + ", " + a + " >> "
                    + shift + ", ~" + a + "]";
            List<BigInteger> expected = List.of(
                    a.add(b),
                    a.subtract(b),
                    a.multiply(b),
                    a.and(b),
                    a.or(b),
                    a.xor(b),
                    a.shiftLeft(shift),
                    a.shiftRight(shift),
                    a.not());
            assertEquals(expected.toString(), Text.repr(run, evaluated(pair)), "seed " + seed + ": " + pair);
            if (b.signum() != 0) {
                BigInteger[] parts = a.divideAndRemainder(b);
                boolean down = parts[1].signum() != 0 && parts[1].signum() != b.signum();
                String divided = "(" + a + " // " + b + ", " + a + " % " + b + ", " + a + " < " + b + ", " + a + " == "
                        + b + ")";
                String floor = "(" + (down ? parts[0].subtract(BigInteger.ONE) : parts[0]) + ", "
                        + (down ? parts[1].add(b) : parts[1]) + ", " + (a.compareTo(b) < 0 ? "True" : "False") + ", "
                        + (a.equals(b) ? "True" : "False") + ")";
                assertEquals(floor, Text.repr(run, evaluated(divided)), "seed " + seed + ": " + divided);
            }
        }
    }

    @Test
    void floatsReadBackAsWritten() {
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = Text.number(value);
                assertEquals(value, Double.parseDouble(text), "seed " + seed + ": " + text);
                assertTrue(text.contains(".") || text.contains("e"), text);
            }
        }
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> None.NONE;
            case 1 -> random.nextBoolean();
            case 2 -> Ints.of(number());
            case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 4, 5 -> text();
            case 6, 7 -> {
                StarList list = new StarList(run.mutability());
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(run, value(depth - 1));
                }
                yield list;
            }
            default -> {
                Dict dict = new Dict(run.mutability());
                for (int i = random.nextInt(5); i > 0; i--) {
                    dict.put(run, text(), value(depth - 1));
                }
                yield dict;
            }
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int point = switch (random.nextInt(5)) {
                case 0 -> random.nextInt(128);
                case 1 -> "\"\\/\n\t".charAt(random.nextInt(5));
                case 2 -> 0x80 + random.nextInt(0xD000);
                default -> 'a' + random.nextInt(26);
            };
            text.appendCodePoint(random.nextInt(20) == 0 ? 0x1F600 + random.nextInt(50) : point);
        }
        return text.toString();
    }

    @Test
    void valuesSurviveTheWayToJsonAndBack() {
        for (int i = 0; i < 3_000; i++) {
            Object value = value(4);
            byte[] json = JsonWriter.write(run, value);
            Object back = JsonReader.values(run, json);
            String written = new String(json, StandardCharsets.UTF_8);
            assertTrue(Comparing.equal(run, value, back), "seed " + seed + ": " + written);
            assertEquals(written, new String(JsonWriter.write(run, back), StandardCharsets.UTF_8), "seed " + seed);
        }
    }

    @Test
    void dictsAreLinkedHashMaps() {
        for (int round = 0; round < 50; round++) {
            Dict dict = new Dict(run.mutability());
            Map<Object, Object> model = new LinkedHashMap<>();
            for (int i = 0; i < 600; i++) {
                Object key = random.nextBoolean() ? Ints.of(random.nextInt(60)) : "k" + random.nextInt(60);
                int entry = dict.find(run, key);
                assertEquals(model.containsKey(key), entry >= 0, "seed " + seed);
                switch (random.nextInt(5)) {
                    case 0, 1, 2 -> {
                        dict.put(run, key, Ints.of(i));
                        model.put(key, Ints.of(i));
                    }
                    case 3 -> {
                        if (entry >= 0) {
                            assertEquals(model.remove(key), dict.value(entry), "seed " + seed);
                            dict.remove(entry);
                        }
                    }
                    default -> {
                        if (!model.isEmpty() && random.nextInt(3) == 0) {
                            Object first = model.keySet().iterator().next();
                            assertEquals(first, dict.key(dict.firstEntry()), "seed " + seed);
                            dict.remove(dict.firstEntry());
                            model.remove(first);
                        }
                    }
                }
                assertEquals(List.copyOf(model.keySet()), List.of(dict.keys()), "seed " + seed);
            }
        }
    }

    /** What a slice has, told by walking. */
    private static String sliced(String text, Object from, Object to, int step) {
        int size = text.length();
        int start = from instanceof Long l ? (int) (l < 0 ? l + size : l) : step > 0 ? 0 : size - 1;
        int stop = to instanceof Long l ? (int) (l < 0 ? Math.max(l + size, -1) : l) : step > 0 ? size : -1;
        StringBuilder out = new StringBuilder();
        start = step > 0 ? Math.max(start, 0) : Math.min(start, size - 1);
        for (int i = start; step > 0 ? i < Math.min(stop, size) : i > stop && i >= 0; i += step) {
            out.append(text.charAt(i));
        }
        return out.toString();
    }

    @Test
    void slicesAreWhatWalkingGives() {
        for (int i = 0; i < 20_000; i++) {
            String text = "abcdefghij".substring(0, random.nextInt(11));
            Object from = random.nextInt(4) == 0 ? None.NONE : Ints.of(random.nextInt(31) - 15);
            Object to = random.nextInt(4) == 0 ? None.NONE : Ints.of(random.nextInt(31) - 15);
            int step = random.nextBoolean() ? 1 + random.nextInt(4) : -1 - random.nextInt(4);
            Object slice = Indexing.slice(run, text, from, to, Ints.of(step));
            assertEquals(
                    sliced(text, from, to, step),
                    slice,
                    "seed " + seed + ": " + text + "[" + from + ":" + to + ":" + step + "]");
            List<Object> chars = new ArrayList<>();
            text.chars().forEach(c -> chars.add(String.valueOf((char) c)));
            StarList list = new StarList(run.mutability(), chars.toArray());
            StarList part = (StarList) Indexing.slice(run, list, from, to, Ints.of(step));
            StringBuilder joined = new StringBuilder();
            for (Object item : part.toArray()) {
                joined.append(item);
            }
            assertEquals(slice, joined.toString(), "seed " + seed);
        }
    }

    @Test
    void searchingFindsWhatIndexOfFinds() {
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 2_000 + random.nextInt(4_000); j > 0; j--) {
                text.append((char) ('a' + random.nextInt(2)));
            }
            int at = random.nextInt(text.length() - 100);
            String part = text.substring(at, at + 17 + random.nextInt(60)) + (random.nextBoolean() ? "" : "b");
            String all = text.toString();
            assertEquals(all.indexOf(part), Search.find(run, all, part, 0, all.length()), "seed " + seed);
            assertEquals(all.lastIndexOf(part), Search.findLast(run, all, part, 0, all.length()), "seed " + seed);
        }
    }
}
