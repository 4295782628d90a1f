package dev.dovetail.executor.flow.jq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions give what jq gives, and all of them can be stopped. */
final class JqTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ThreadFactory DEEP =
            Thread.ofPlatform().stackSize(Budget.DEEP_STACK).factory();
    private static final Jq.Language LANGUAGE = new Jq.Language();

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }

    private static JsonNode value(String expression, String in, Budget budget) throws Exception {
        return LANGUAGE.compile(expression, Set.of("x")).value(json(in), Map.of("x", json("7")), budget);
    }

    private static Budget budget() {
        return new Budget(2_000_000, 16 << 20, DEEP);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                ".a.b[1] => {\"a\":{\"b\":[1,2]}} => 2",
                "[.[] | select(. > 1) | . * $x] => [1,2,3] => [14,21]",
                "{a: .b, \"c d\": 1, (.k): [.b, .b]} => {\"b\":5,\"k\":\"z\"} => {\"a\":5,\"c d\":1,\"z\":[5,5]}",
                "reduce .[] as {p: $p, q: [$q]} (0; . + $p * $q) => [{\"p\":2,\"q\":[3]},{\"p\":4,\"q\":[5]}] => 26",
                "[foreach .[] as $i (0; . + $i; [$i, .])] => [1,2] => [[1,1],[2,3]]",
                "def f(g; $n): [g | . + $n]; f(.[]; 10) => [1,2] => [11,12]",
                "\"Hello \\(.n)!\" => {\"n\":\"Ada\"} => \"Hello Ada!\"",
                "try error(\"x\") catch . => null => \"x\"",
                ".a.b |= . + 1 | .c[1] = 3 | del(.d) => {\"a\":{\"b\":1},\"d\":0} => {\"a\":{\"b\":2},\"c\":[null,3]}",
                "[paths] | length => {\"a\":[1,2]} => 3",
                "[limit(3; range(10))] | add => null => 3",
                "if .a then \"yes\" elif .b then \"maybe\" else \"no\" end => {\"b\":1} => \"maybe\"",
                ".missing // \"standard\" => {} => \"standard\"",
                "test(\"^o-[0-9]+$\") => \"o-17\" => true",
                "capture(\"(?<a>[a-z]+)-(?<n>[0-9]+)\") => \"xy-12\" => {\"a\":\"xy\",\"n\":\"12\"}",
                "gsub(\"(?<d>[0-9])\"; \"<\\(.d)>\") => \"a1b2\" => \"a<1>b<2>\"",
                "[scan(\"[a-c]+\")] => \"abxcb\" => [\"ab\",\"cb\"]",
                "split(\", *\"; null) => \"a, b,c\" => [\"a\",\"b\",\"c\"]",
                "[match(\"(x)?b\"; \"g\") | .captures[0].string] => \"xbb\" => [\"x\",null]",
                "to_entries | map(.value) | sort | reverse | join(\"-\") => {\"a\":\"1\",\"b\":\"2\"} => \"2-1\"",
                "first(range(10;0;-1)), empty => null => 10",
                "walk(if type == \"number\" then . + 1 else . end) => [1,{\"a\":2}] => [2,{\"a\":3}]",
                "empty => 1 => null",
                "1.0e26 == 100000000000000000000000000.0 => null => true",
                "implode => [72,128512] => \"H\ud83d\ude00\"",
                "9007199254740993 => null => 9007199254740993",
                ". => {\"b\":1,\"a\":2.5} => {\"b\":1,\"a\":2.5}",
                "@base64 \"\\(.)\" => \"hi\" => \"aGk=\"",
                "[.[] | tojson | fromjson] => [1,\"a\"] => [1,\"a\"]",
                "label $out | 1, break $out => null => 1",
                ". as [$a, {b: $c}] | $a + $c => [1,{\"b\":2}] => 3",
                "[splits(\"-\")] => \"a-b\" => [\"a\",\"b\"]",
                "group_by(.k) | map(length) => [{\"k\":1},{\"k\":2},{\"k\":1}] => [2,1]",
                "contains({a:[1]}) => {\"a\":[1,2]} => true",
                "[.. | numbers] => [1,[2]] => [1,2]",
                "[0 | until(. > 150; . + 1)] => null => [151]",
                "def f: if . == 0 then 0 else . - 1 | f | . + 1 end; 100 | f => null => 100",
                ".a? // -(.b) => {\"b\":2} => -2"
            })
    void givesWhatJqGives(String expression, String in, String expected) throws Exception {
        assertEquals(json(expected), value(expression, in, budget()));
    }

    @Test
    void theDocumentsListTheFunctionsThatThereAre() throws Exception {
        String doc = Files.readString(Path.of("../../docs/functions.md"));
        Matcher list = Pattern.compile("<!-- functions of expressions -->\\s*```text\\n(.*?)```", Pattern.DOTALL)
                .matcher(doc);
        assertTrue(list.find(), "docs/functions.md lists no functions of expressions");
        Set<String> told = new TreeSet<>(List.of(list.group(1).strip().split("[\\s,]+")));
        assertEquals(String.join(", ", new Jq.Language().functions()), String.join(", ", told));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1114112]", "[55296]", "[-1]", "[1.5]", "[\"a\"]", "[4294967361]"})
    void whatIsNoCharacterIsNotMadeOne(String codes) {
        Jq.Wrong wrong = assertThrows(Jq.Wrong.class, () -> value("implode", codes, budget()));
        assertTrue(wrong.getMessage().contains("implode expects the codes of Unicode characters"), wrong.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[range(1e12)] | length",
                "last(range(1e12))",
                "reduce range(1e12) as $i (0; . + 1)",
                "[.[] as $a | .[] as $b | .[] as $c | select(false)]",
                "[.[] + .[] + .[] | select(. < 0)]",
                "[.[] + .[] + .[] == -1 | select(.)]",
                "{a: .[], b: .[], c: .[]}.a[]?",
                "[\"\\(.[])\\(.[])\\(.[])\"[]?]",
                "if .[] + .[] + .[] == -1 then . else .[0][]? end",
                "[.[[.[]|.[]?]|length]] | [range(0; 1e9; 0.001)] | length",
                "def f($n): if $n == 0 then .[0][]? else f($n - 1), f($n - 1) end; f(60)",
                "def f: if . == 0 then empty else (. - 1 | f), (. - 1 | f) end; 60 | f",
                "reduce range(1e9) as $i (\"x\"; .[0:1])",
                "foreach range(1e12) as $i (0; 1; empty)",
                "[limit(1e12; range(1e12))] | length",
                "first(range(1e12) | select(. < 0))",
                "[.[] // .[] | (.[]?, 1) as $x | empty] | [range(1e12) | empty]",
                "any(range(1e12); false)",
                "\"a\" * 60 | test(\"^(a|aa)+(b)\\\\2$\")",
                "[range(3e4)] as $a | [range(3e4)] - $a",
                "[range(3e4)] | contains([range(3e4)])",
                "[range(3e4)] | indices([range(3e4)])",
                "\"ab\" | sub(\"(?<x>a)\"; range(1e12) | tostring)",
                "[range(1e12) | try error(\"x\") catch empty]",
                "[paths(range(1e12) | . < 0)]"
            })
    void whatTakesForEverIsStopped(String expression) throws Exception {
        String thousand =
                IntStream.range(0, 1_000).mapToObj(String::valueOf).collect(Collectors.joining(",", "[", "]"));
        Spent spent = assertThrows(Spent.class, () -> value(expression, thousand, budget()));
        assertTrue(spent.what() == Spent.What.STEPS || spent.what() == Spent.What.MEMORY, spent.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[range(1e12)]",
                "reduce range(100) as $i (\"x\"; . + .)",
                "\"x\" * 1e9",
                "1e9 * \"x\"",
                "reduce range(60) as $i (1; [., .]) | tojson",
                "reduce range(60) as $i (1; {a: ., b: .}) == 1",
                "reduce range(60) as $i ({}; .a = . | .b = .a)",
                "reduce range(100000) as $i (null; [.])",
                "reduce range(100) as $i ([1]; . + .)",
                "[range(100000) | \"abcdefghij\" * 100]",
                "(\"x\" * 1e6) | explode",
                "(\",\" * 1e6) | split(\",\")",
                "reduce range(60) as $i (\"x\"; \"\\(.)\\(.)\")",
                "\"x\" * 1e6 | gsub(\"(?<a>x)\"; \"yyyyyyyyyyyyyyyyyyyy\")"
            })
    void whatGrowsForEverIsStopped(String expression) {
        Spent spent =
                assertThrows(Spent.class, () -> value(expression, "null", new Budget(100_000_000, 16 << 20, DEEP)));
        assertEquals(Spent.What.MEMORY, spent.what(), spent.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def f: f; f",
                "def f: f | f; f",
                "def f: [f]; f",
                "def f(g): f(g | g); f(.)",
                "0 | recurse(. + 1) | select(. < 0)",
                "[0 | until(. < 0; . + 1)]",
                "[0 | while(true; . + 1)]",
                "try (def f: f; f) catch 1"
            })
    void whatGoesDeeperForEverFailsInEveryThread(String expression) throws Exception {
        for (Thread.Builder builder : new Thread.Builder[] {Thread.ofVirtual(), Thread.ofPlatform()}) {
            FutureTask<Jq.Wrong> task = new FutureTask<>(() -> assertThrows(
                    Jq.Wrong.class, () -> value(expression, "null", new Budget(100_000_000, 64 << 20, DEEP))));
            builder.start(task);
            Jq.Wrong wrong = task.get(30, TimeUnit.SECONDS);
            // the bound and not the stack's end, which is elsewhere in every thread
            assertTrue(wrong.getMessage().contains("deeper inside of itself than"), wrong.getMessage());
        }
    }

    @Test
    void interruptingTheThreadStopsAnExpression() throws Exception {
        for (String endless : new String[] {"last(range(1e15))", "\"a\" * 60 | test(\"^(a|aa)+(b)\\\\2$\")"}) {
            FutureTask<Spent> task = new FutureTask<>(() -> assertThrows(
                    Spent.class, () -> value(endless, "null", new Budget(Long.MAX_VALUE / 4, 16 << 20, DEEP))));
            Thread thread = Thread.ofVirtual().start(task);
            thread.interrupt();
            assertEquals(Spent.What.TIME, task.get(30, TimeUnit.SECONDS).what());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                ".a[ => is no jq expression: Encountered \"<EOF>\" at line 1, column 3",
                "(\"a => is no jq expression",
                "nothing(.) => uses nothing/1",
                "now => $workflow.startedAt",
                "env.HOME => $ENV",
                "$nobody => uses $nobody, which is not known here; known are $x",
                "import \"a\" as a; . => imports a module",
                "input => uses input/0",
                "debug => uses debug/0",
                "[.[] | $y] as $z | $z => uses $y",
                "{$nobody} => uses $nobody"
            })
    void whatIsNoExpressionIsSaidWhenItIsCompiled(String expression, String words) {
        Jq.Wrong wrong = assertThrows(Jq.Wrong.class, () -> LANGUAGE.compile(expression, Set.of("x")));
        assertTrue(wrong.getMessage().contains(words), wrong.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                ".a.b => 1 => failed",
                "error(\"out of cheese\") => 1 => out of cheese",
                "1, 2 => 1 => more than one value",
                "nan => 1 => JSON has no number",
                "[1, infinite] => 1 => JSON has no number",
                ".[1000000] = 1 => [] => index too large",
                "setpath([1000000]; 1) => [] => index too large",
                "test(\"(\") => \"a\" => valid regex",
                "{} | .[\"a\"][2000000] |= 1 => 1 => index too large"
            })
    void whatFailsSaysWhy(String expression, String in, String words) {
        Jq.Wrong wrong = assertThrows(Jq.Wrong.class, () -> value(expression, in, budget()));
        assertTrue(wrong.getMessage().contains(words), wrong.getMessage());
    }
}
