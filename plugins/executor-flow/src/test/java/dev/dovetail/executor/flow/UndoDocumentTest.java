package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with what undoes a task is said when it is deployed. */
final class UndoDocumentTest {
    private static String told(List<Problem> problems) {
        return problems.stream()
                .map(each -> each.severity() + " " + each.code() + " " + each.message())
                .collect(Collectors.joining("\n"));
    }

    /** A bar stands for a new line, and angles for metadata. */
    private static String metadata(String flow) {
        return flow.replaceAll("<(.*)>", "metadata: {compensatedBy: $1}").replace(" | ", "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "do: [{a: {call: b, <undo>}}] => /do/0/a/metadata/compensatedBy is \"undo\", which /use/functions has not; it has nothing",
                "use: {functions: {x: {call: y}}} | do: [{a: {call: b, <undo>}}] => which /use/functions has not; it has x",
                "do: [{a: {call: b, <7>}}] => /do/0/a/metadata/compensatedBy is 7; expected a task, such as {call: refund",
                "do: [{a: {call: b, <[{c: {call: d}}]>}}] => is [{\"c\":{\"call\":\"d\"}}]; expected a task",
                "do: [{a: {call: b, <{}>}}] => /do/0/a/metadata/compensatedBy does nothing; expected one of call",
                "do: [{a: {call: b, <{call: c, wiht: 1}>}}] => /do/0/a/metadata/compensatedBy/wiht is not known here",
                "do: [{a: {call: b, <{call: C_D}>}}] => /do/0/a/metadata/compensatedBy/call is \"C_D\"; expected http",
                "do: [{a: {call: b, <{call: c, with: '${ $item }'}>}}] => /do/0/a/metadata/compensatedBy/with uses $item, which is not known here",
                "do: [{a: {call: b, <{call: c, then: a}>}}] => /do/0/a/metadata/compensatedBy/then is \"a\"; expected continue",
                "do: [{a: {set: {}, <{call: c}>}}] => /do/0/a/metadata/compensatedBy is for a task that has nothing to undo",
                "do: [{a: {wait: PT1S, <{call: c}>}}] => is for a task that has nothing to undo",
                "do: [{a: {call: dovetail.now, <{call: c}>}}] => is for a task that has nothing to undo",
                "do: [{a: {do: [{b: {set: {}}}, {c: {call: f}}], <{call: c}>}}] | use: {functions: {f: {set: {}}}} => is for a task that has nothing to undo",
                "do: [{a: {raise: {error: {type: t, status: 400}}, <{call: c}>}}] => is for a task that has nothing to undo",
                "do: [{a: {switch: [{b: {then: end}}], <{call: c}>}}] => is for a task that has nothing to undo",
                "do: [{a: {call: b, <{call: c, metadata: {compensatedBy: {call: d}}}>}}] => /do/0/a/metadata/compensatedBy leads to /do/0/a/metadata/compensatedBy, which says itself what undoes it",
                "use: {functions: {f: {call: c, <f>}}} => /use/functions/f/metadata/compensatedBy leads to /use/functions/f, which says itself what undoes it",
                "use: {functions: {f: {call: c, <{call: d}>}}} | do: [{a: {call: b, metadata: {compensatedBy: {do: [{x: {call: f}}]}}}}] => /do/0/a/metadata/compensatedBy leads to /use/functions/f, which says",
                "do: [{a: {call: b, <{listen: {to: {one: {with: {type: t}}}}}>}}] => leads to /do/0/a/metadata/compensatedBy, which needs a journal",
                "do: [{a: {call: b, <{do: [{ask: {call: dovetail.approval, with: {name: n}}}]}>}}] => leads to /do/0/a/metadata/compensatedBy/do/0/ask, which needs a journal"
            })
    void aProblemNamesItsPlaceAndWhatIsExpected(String flow, String expected) {
        String told = told(Flows.problems(metadata(flow)));
        assertTrue(told.contains("ERROR"), told);
        assertTrue(told.contains(expected), told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do: [{a: {call: b, metadata: {owner: ada, note: [1]}}}]",
                "do: [{a: {call: b, <{if: .output.ok, call: c, with: '${ .input }', output: {as: .}}>}}]",
                "use: {functions: {f: {call: c}}} | do: [{a: {run: {workflow: {name: b}}, <f>}}]",
                "do: [{a: {listen: {to: {one: {with: {type: t}}}}, <{call: c}>}}]",
                "do: [{a: {call: dovetail.signal, with: {execution: x, name: n}, <{call: c}>}}]",
                "do: [{a: {do: [{b: {set: {}}}, {c: {call: f}}], <{call: c}>}}] | use: {functions: {f: {call: x}}}"
            })
    void whatIsRightIsTaken(String flow) {
        assertEquals("", told(Flows.problems(metadata(flow))));
    }

    @Test
    void whatIsNearlyTheKeyIsDoubtful() {
        List<Problem> problems = Flows.problems("do: [{a: {call: b, metadata: {compensateBy: {call: c}}}}]");
        assertEquals(Problem.Severity.WARNING, problems.getFirst().severity());
        assertEquals(
                "/do/0/a/metadata/compensateBy undoes nothing; what undoes a task stands in compensatedBy",
                problems.getFirst().message());
        assertEquals(2, problems.getFirst().place().orElseThrow().line());
    }
}
