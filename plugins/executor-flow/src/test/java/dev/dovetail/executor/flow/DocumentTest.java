package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a document is said when it is deployed, all of it at once, each with its pointer and its line. */
final class DocumentTest {
    private static String told(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.severity() + " " + problem.code() + " " + problem.message())
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "do: [{a: {wait: soon}}] => /do/0/a/wait is \"soon\"; expected a duration",
                "do: [{a: {call: dovetail.approval, with: {name: n, timeout: soon}}}] => /do/0/a/with/timeout is \"soon\"; expected a duration",
                "do: [{a: {call: dovetail.approval, with: {name: n, timeout: {weeks: 1}}}}] => /do/0/a/with/timeout/weeks is not known here",
                "do: [{a: {wait: {weeks: 1}}}] => /do/0/a/wait/weeks is not known here; known are days, hours",
                "do: [{a: {wait: {seconds: -1}}}] => /do/0/a/wait/seconds is -1; expected a number of seconds, 0 or more",
                "do: [{a: {set: {x: '${ .a[ }'}}}] => /do/0/a/set/x is no jq expression",
                "do: [{a: {set: {x: '${ todate }'}}}] => /do/0/a/set/x uses todate/0, which there is not: it defines none of that name, and of jq's functions not all are here",
                "do: [{a: {set: {x: '${ 100000000000000000000000001 }'}}}] => /do/0/a/set/x has the number 100000000000000000000000001, which is too large; expected a whole number up to",
                "do: [{a: {set: {x: '${ $y }'}}}] => /do/0/a/set/x uses $y, which is not known here; known are $ENV, $context",
                "do: [{a: {set: {x: '${ $secrets.a }'}}}] => /do/0/a/set/x uses $secrets",
                "do: [{a: {input: {from: $input}, set: {}}}] => /do/0/a/input/from uses $input",
                "do: [{a: {set: {}, then: b}}] => /do/0/a/then is \"b\"; expected continue, exit, end, or the name of a task of the same list: a",
                "do: [{a: {set: {}}}, {a: {set: {}}}] => /do/1 has the name \"a\" of a task before it",
                "do: [{end: {set: {}}}] => /do/0 has the name \"end\", which is a flow directive",
                "do: [{a: {set: {}}, b: {set: {}}}] => /do/0 has 2 names: a, b; expected one name",
                "do: [{a: {sett: {}}}] => /do/0/a does nothing; expected one of call, do, emit",
                "do: [{a: {set: {}, fro: 1}}] => /do/0/a/fro is not known here; known are export, if, input",
                "do: [{a: {set: {}, wait: PT1S}}] => is not known here",
                "do: [] => /do is empty; expected at least one task",
                "do: {a: {set: {}}} => /do is {\"a\":{\"set\":{}}}; expected a list of tasks",
                "x: 1 => The workflow has no \"do\"; expected the tasks of the workflow",
                "schedule: {every: PT1H} => /schedule is not supported; call the function from what keeps time",
                "evaluate: {language: js} => /evaluate/language is \"js\"; expected jq",
                "do: [{a: {call: grpc, with: {}}}] => /do/0/a/call is \"grpc\", which is not supported; supported are http",
                "do: [{a: {call: Foo_Bar}}] => /do/0/a/call is \"Foo_Bar\"; expected http, the name of a function",
                "do: [{a: {call: http, with: {method: fetch, endpoint: x}}}] => /do/0/a/with/method is \"fetch\"; expected one of DELETE",
                "do: [{a: {call: http, with: {method: get}}}] => /do/0/a/with has no \"endpoint\"",
                "do: [{a: {call: http, with: {method: get, endpoint: {uri: 'https://a', authentication: {oauth2: {}}}}}}] => /do/0/a/with/endpoint/authentication/oauth2 is not supported; supported are basic and bearer",
                "do: [{a: {call: dovetail.log, with: {mesage: x}}}] => /do/0/a/with/mesage is not known here; known are fields, level, message",
                "do: [{a: {run: {shell: {command: ls}}}}] => /do/0/a/run/shell is not supported; supported is workflow",
                "do: [{a: {run: {workflow: {name: b, version: 1.2.0}}}}] => /do/0/a/run/workflow/version is \"1.2.0\"; expected latest",
                "do: [{a: {switch: [{x: {then: a}}, {y: {then: end}}]}}] => /do/0/a/switch/1/y has no when, and neither has a case before it",
                "do: [{a: {switch: [{x: {when: true}}]}}] => /do/0/a/switch/0/x/when is true; expected a runtime expression",
                "do: [{a: {for: {each: x}, do: [{b: {set: {}}}]}}] => /do/0/a/for has no \"in\"",
                "do: [{a: {for: {each: input, in: .x}, do: [{b: {set: {}}}]}}] => /do/0/a/for/each is \"input\"; expected the name of a variable",
                "do: [{a: {fork: {branches: [{b: {set: {}, then: end}}]}}}] => has the branch \"b\" with then: end",
                "do: [{a: {try: [{b: {set: {}}}]}}] => /do/0/a has no \"catch\"",
                "do: [{a: {try: [{b: {set: {}}}], catch: {retry: mine}}}] => /do/0/a/catch/retry is \"mine\", which /use/retries has not; it has nothing",
                "do: [{a: {try: [{b: {set: {}}}], catch: {retry: {backoff: {fast: {}}}}}}] => backoff/fast is not known here; known are constant",
                "do: [{a: {raise: {error: gone}}}] => /do/0/a/raise/error is \"gone\", which /use/errors has not",
                "do: [{a: {raise: {error: {type: x}}}}] => /do/0/a/raise/error has no \"status\"",
                "do: [{a: {emit: {event: {with: {type: a b, source: x}}}}}] => /do/0/a/emit/event/with/type is \"a b\"; expected the type of an event",
                "do: [{a: {listen: {to: {any: []}}}}] => /do/0/a/listen/to/any is not supported; name the types",
                "do: [{a: {listen: {to: {one: {with: {type: t, source: s}}}}}}] => with/source is not supported; events are told apart by type and data",
                "do: [{a: {listen: {to: {one: {with: {type: t}}}, read: envelope}}}] => /do/0/a/listen/read is \"envelope\"; expected data or raw",
                "do: [{a: {timeout: long, set: {}}}] => /do/0/a/timeout is \"long\", which /use/timeouts has not",
                "input: {schema: {}} => /input/schema is not supported; what a workflow takes",
                "use: {functions: {f: {call: g}, g: {call: f}}} => /use/functions/f calls itself",
                "use: {catalogs: {}} => /use/catalogs is not supported",
                "do: [{a: {set: {}, metadata: {x: 1}, export: {as: .x, to: 1}}}] => /do/0/a/export/to is not known here"
            })
    void aProblemNamesItsPlaceWhatIsThereAndWhatIsExpected(String flow, String expected) {
        String told = told(Flows.problems(flow));
        assertTrue(told.contains("ERROR"), told);
        assertTrue(told.contains(expected), told);
    }

    @Test
    void allProblemsAreToldAtOnceEachWithItsLine() {
        List<Problem> problems = Flows.problems("""
                do:
                  - a:
                      wait: soon
                  - b:
                      set:
                        x: ${ nothing(1) }
                      then: c
                """);
        assertEquals(3, problems.size(), told(problems));
        assertEquals(
                List.of("4", "7", "8"),
                problems.stream()
                        .map(problem ->
                                String.valueOf(problem.place().orElseThrow().line()))
                        .sorted()
                        .toList());
        assertEquals(
                "      wait: soon",
                problems.stream()
                        .filter(p -> p.message().contains("soon"))
                        .findFirst()
                        .orElseThrow()
                        .snippet()
                        .orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "`do: [\n` => neither YAML nor JSON",
                "`do: 1\ndo: 2` => the key \"do\" is there twice",
                "`a: &x [1]\nb: !!set {}` => \"workflow.yaml\"",
                "`a: .nan` => is not known here",
                "`a: &a [*a]` => nests deeper than"
            })
    void whatIsNoDocumentIsOneProblem(String flow, String expected) {
        String told = told(Flows.problems(flow));
        assertTrue(told.contains(expected) || told.contains("ERROR"), told);
    }

    @Test
    void aFewLinesThatStandForVeryMuchAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ",").repeat(9)).append("]\n");
        }
        String told = told(Flows.problems(bomb.toString()));
        assertTrue(told.contains("Number of aliases"), told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIST", "OPEN", "DASHES", "BRACES", "SOUND", "KEYS"})
    void aDocumentThatIsNestedTooDeeplyIsToldInWords(String kind) {
        String flow = switch (kind) {
            case "LIST" -> "[".repeat(5_000) + "]".repeat(5_000);
            case "OPEN" -> "[".repeat(5_000);
            case "DASHES" -> "- ".repeat(3_000) + "a";
            case "BRACES" -> "{a: ".repeat(3_000);
            case "KEYS" -> "? ".repeat(3_000) + "a";
            default -> "do: [{a: {set: {x: " + "[".repeat(1_500) + "]".repeat(1_500) + "}}}]";
        };
        List<Problem> problems;
        try (Executor executor = Flows.executor()) {
            problems = executor.inspect(Flows.launch("workflow.yaml", flow, Map.of()));
        }
        assertTrue(
                problems.getFirst().message().contains("nests deeper than 100; expected"),
                problems.getFirst().message());
        assertEquals(1, problems.getFirst().place().orElseThrow().line());
    }

    @Test
    void textAroundAnExpressionIsDoubtful() {
        List<Problem> problems = Flows.problems("do: [{a: {set: {x: 'Hello ${ .name }'}}}]");
        assertEquals(1, problems.size());
        assertEquals(Problem.Severity.WARNING, problems.getFirst().severity());
    }
}
