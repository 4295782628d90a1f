package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only workflows have is told of documents that use it, and of no other. */
@Tag("FN-05")
final class UsesTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "do: [{a: {wait: PT1H}}] => USES_SLEEP",
                "do: [{a: {wait: '${ .for }'}}] => USES_SLEEP",
                "do: [{a: {wait: PT1S}}] => ``",
                "do: [{a: {for: {in: .all}, do: [{b: {listen: {to: {one: {with: {type: t}}}}}}]}}] => USES_EVENT",
                "do: [{a: {call: dovetail.approval, with: {name: n}}}] => USES_APPROVAL",
                "do: [{a: {call: dovetail.checkpoint}}] => USES_CHECKPOINT",
                "do: [{a: {call: b, metadata: {compensatedBy: {call: c}}}}] => USES_COMPENSATION",
                "use: {functions: {f: {wait: PT1H}}} | do: [{a: {call: f}}] => USES_SLEEP",
                "do: [{a: {set: {x: 1}}}, {b: {call: b}}] => ``"
            })
    void whatIsUsedIsToldOnceEach(String flow, String codes) {
        List<Problem> problems;
        try (Executor executor = Flows.executor()) {
            problems = executor.inspect(Flows.launch(flow.replace(" | ", "\n")));
        }
        assertEquals(codes, problems.stream().map(Problem::code).collect(Collectors.joining(" ")));
        problems.forEach(problem -> {
            assertEquals(Problem.Severity.WARNING, problem.severity());
            assertTrue(problem.place().isPresent() && problem.snippet().isPresent());
            assertTrue(problem.remedy().orElseThrow().contains("\"kind\": \"workflow\""));
        });
    }
}
