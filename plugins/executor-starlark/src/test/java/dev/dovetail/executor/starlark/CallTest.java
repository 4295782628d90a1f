package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes into a function, what comes out, and how it fails. */
final class CallTest {
    @TempDir
    Path folder;

    private String main(String body, String input) {
        return Scripts.answer(folder, "def main(ctx, input):\n    " + body + "\n", input);
    }

    private Fault fault(String code) {
        return Scripts.failure(Scripts.run(folder, code, "{}")).fault();
    }

    @Test
    @Tag("TY-18")
    void inputObjectsAreStructsThatCanBeReadLikeDicts() {
        String input = "{\"name\": \"ada\", \"tags\": [{\"k\": 1}], \"get\": 2, \"a-b\": 3, \"none\": null}";
        assertEquals(
                "[\"ada\",\"ada\",1,3,2]",
                main("return [input.name, input[\"name\"], input.tags[0].k, input[\"a-b\"], input.get]", input));
        assertEquals(
                "[true,false,null,true]",
                main("return [\"name\" in input, \"x\" in input, input.none, hasattr(input, \"none\")]", input));
        assertEquals("[\"name\",\"tags\",\"get\",\"a-b\",\"none\"]", main("return input.keys()", input));
        assertEquals("[[\"k\",1]]", main("return input.tags[0].items()", input));
        assertEquals("[null,7]", main("return [input.tags[0].get(\"x\"), input.tags[0].get(\"x\", 7)]", input));
        assertEquals("{\"k\":1,\"l\":2}", main("d = dict(input.tags[0].items()); d[\"l\"] = 2; return d", input));
        assertEquals("\"struct\"", main("return type(input)", "{}"));
    }

    @Test
    @Tag("TY-17")
    void whatIsOptionalAndLeftOutReadsAsNone() {
        String input = "{\"nullable\": null, \"inner\": {}}";
        assertEquals("[null,null,null]", main("return [input.left_out, input.nullable, input.inner.left_out]", input));
        assertEquals(
                "[false,true,false,true]",
                main(
                        "return [\"left_out\" in input, \"nullable\" in input, hasattr(input, \"left_out\"), hasattr(input, \"nullable\")]",
                        input));
        assertEquals("5", main("return getattr(input, \"left_out\", 5)", input));
        Outcome outcome = Scripts.run(folder, "def main(ctx, input):\n    return input[\"left_out\"]\n", input);
        assertEquals(
                "key not found: \"left_out\"", Scripts.failure(outcome).fault().message());
    }

    @Test
    @Tag("TY-17")
    void nothingIsCoerced() {
        assertEquals(
                "[\"int\",\"float\",\"string\",\"bool\",\"NoneType\",\"list\"]",
                main("return [type(x) for x in input]", "[1, 1.0, \"1\", true, null, []]"));
        assertEquals("false", main("return input[0] == input[1]", "[1, \"1\"]"));
        assertEquals("12345678901234567890123", main("return input + 1", "12345678901234567890122"));
        assertEquals(
                "[0.1,1e+100,-0.0,9007199254740993]", main("return input", "[0.1, 1e100, -0.0, 9007199254740993]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "struct(b = 1, a = {\"x\": None})  | {\"b\":1,\"a\":{\"x\":null}}",
                "(1, \"a\")                        | [1,\"a\"]",
                "set([2, 1])                       | [2,1]",
                "range(3)                          | [0,1,2]",
                "1 << 64                           | 18446744073709551616",
                "\"\\u00e9\\U0001F600\\n\\x01\"    | \"é😀\\n\\u0001\"",
                "\"\\U0001F600\"[0]                | \"\\ud83d\"",
                "None                              | null",
            })
    @Tag("TY-17")
    void outComesJson(String expression, String json) {
        assertEquals(json, main("return " + expression, "{}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": [1, b\"x\"]}              | cannot write bytes at $.a[1] as JSON",
                "{\"a\": float(\"nan\")}           | cannot write the float nan at $.a as JSON",
                "[-float(\"inf\")]                 | cannot write the float -inf at $[0] as JSON",
                "struct(f = len)                   | cannot write builtin_function_or_method at $.f",
                "{1: 2}                            | a dict with a key of type int at $",
                "ctx                               | cannot write ctx at $ as JSON",
                "r_sleep(1)                        | cannot write promise at $ as JSON",
            })
    @Tag("TY-17")
    void whatHasNoPlaceInJsonIsAnErrorThatNamesThePath(String expression, String message) {
        String code = "def main(ctx, input):\n    return " + expression + "\n";
        Outcome outcome = Scripts.run(Scripts.launch(folder, code), "{}", new FakeHost(call -> FakeHost.json("null")));
        Fault fault = Scripts.failure(outcome).fault();
        assertTrue(fault.message().contains(message), fault.message());
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
    }

    @Test
    void whatContainsItselfIsAnError() {
        assertTrue(fault("def main(ctx, input):\n    x = {}\n    x[\"x\"] = x\n    return x\n")
                .message()
                .contains("does it contain itself?"));
    }

    @Test
    void inputAndContextAndGlobalsAreFrozen() {
        for (String body : new String[] {
            "input.append(1)",
            "input[0][\"a\"] = 1",
            "input[1][0] = 2",
            "ctx.identity.roles.append(1)",
            "G.append(1)",
            "H[\"x\"].add(1)"
        }) {
            String code = "G = []\nH = {\"x\": set()}\ndef main(ctx, input):\n    " + body + "\n";
            Fault fault = Scripts.failure(Scripts.run(folder, code, "[{\"a\": 0}, [1]]"))
                    .fault();
            assertTrue(
                    fault.message().contains("cannot change a frozen")
                            || fault.message().contains("cannot change a struct"),
                    body + ": " + fault.message());
            assertTrue(
                    fault.details().text().contains("\"error_kind\":\"frozen\""),
                    fault.details().text());
        }
    }

    @Test
    void aCallLeavesNothingBehind() throws Exception {
        // a default is made when the function is, at load, and frozen with it
        Fault fault = fault(
                "def f(x, seen = []):\n    seen.append(x)\n    return seen\ndef main(ctx, input):\n    return f(1)\n");
        assertTrue(fault.message().contains("frozen list"), fault.message());
    }

    @Test
    @Tag("TY-26")
    @Tag("FH-01")
    void anErrorOfTheCodeHasItsPlaceAndTheCallsThatLedToIt() {
        Fault fault = fault("""
                def price(item):
                    return item["price"] * 2

                def total(items):
                    return [price(i) for i in items]

                def main(ctx, input):
                    return total([{"price": 1}, {}])
                """);
        assertEquals(Fault.CODE, fault.id());
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
        assertEquals("key not found: \"price\"", fault.message());
        assertEquals(new Place("main.star", 2, 16), fault.place().orElseThrow());
        assertEquals("""
                {"runtime":"starlark","phase":"execute","error_kind":"key",\
                "location":{"line":2,"column":16,"code":"    return item[\\"price\\"] * 2"},\
                "stack":{"frames":[\
                {"function":"price","file":"main.star","line":2,"column":16},\
                {"function":"total","file":"main.star","line":5,"column":18},\
                {"function":"main","file":"main.star","line":8,"column":17}]}}""", fault.details().text());
    }

    @Test
    @Tag("TY-26")
    void aFunctionEndsWithAnErrorOfItsOwn() {
        for (String exit : new String[] {"r_exit", "ctx.exit"}) {
            Fault fault = fault(
                    "def main(ctx, input):\n    " + exit
                            + "({\"id\": \"gts.x.core.faas.err.v1~acme.shop._.out_of_stock.v1~\", \"message\": \"no cheese\", \"details\": {\"left\": 0}})\n");
            assertEquals("gts.x.core.faas.err.v1~acme.shop._.out_of_stock.v1~", fault.id());
            assertEquals("no cheese", fault.message());
            assertEquals("{\"left\":0}", fault.details().text());
            assertEquals(Fault.Owner.FUNCTION, fault.owner());
            assertEquals(2, fault.place().orElseThrow().line());
        }
        assertTrue(fault("def main(ctx, input):\n    r_exit({\"id\": \"nonsense\", \"message\": \"x\"})\n")
                .message()
                .contains("not the id of an error type"));
        assertTrue(fault("def main(ctx, input):\n    r_exit(\"no\")\n")
                .message()
                .contains("an error is a dict or struct"));
        assertTrue(fault("def main(ctx, input):\n    r_exit({\"message\": \"x\", \"data\": 1})\n")
                .message()
                .contains("this one has data"));
    }

    @Test
    void failShowsItsMessage() {
        assertEquals(
                "fail: out of cheese 3",
                fault("def main(ctx, input):\n    fail(\"out of cheese\", 3)\n").message());
    }

    @Test
    void malformedInputIsAnError() {
        Outcome outcome = Scripts.run(folder, "def main(ctx, input):\n    return input\n", "{\"a\": }");
        assertTrue(Scripts.failure(outcome).fault().message().contains("not JSON: at byte 6"));
    }

    @Test
    void deepChainsOfCallsAreAnErrorAndNoStackOverflow() {
        StringBuilder code = new StringBuilder("def f0(x):\n    return x\n");
        for (int i = 1; i < 3_000; i++) {
            code.append("def f")
                    .append(i)
                    .append("(x):\n    return (((f")
                    .append(i - 1)
                    .append("(x))))\n");
        }
        code.append("def main(ctx, input):\n    return f2999(1)\n");
        assertTrue(fault(code.toString()).message().contains("nested too deep"));
    }

    @Test
    void aHundredCallsDeepIsFine() {
        StringBuilder code = new StringBuilder("def f0(x):\n    return x\n");
        for (int i = 1; i < 100; i++) {
            code.append("def f")
                    .append(i)
                    .append("(x):\n    return f")
                    .append(i - 1)
                    .append("(x)\n");
        }
        assertEquals("1", Scripts.answer(folder, code + "def main(ctx, input):\n    return f99(1)\n", "{}"));
    }

    @Test
    void keysThatWereMadeToCollideAreRefused() {
        String code = """
                def main(ctx, input):
                    keys = [""]
                    for _ in range(10):
                        keys = [k + p for k in keys for p in ["Aa", "BB"]]
                    return len({k: 1 for k in keys})
                """;
        assertTrue(fault(code).message().contains("keys with the same hash"));
    }

    @Test
    void whatACallUsedIsCountedExactly() {
        Outcome outcome = Scripts.run(folder, "def main(ctx, input):\n    return 1\n", "{}");
        Outcome.Usage usage = assertInstanceOf(Outcome.Returned.class, outcome).usage();
        assertTrue(usage.exact());
        assertEquals(2, usage.steps());
        assertTrue(usage.peakBytes() > 0 && usage.peakBytes() < 10_000, usage.toString());
    }
}
