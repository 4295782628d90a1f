package dev.dovetail.executor.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.TestBench;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What code in Ruby says, however long it is and whatever is in it. */
@Needs(Need.RUBY)
final class RubyWordsTest {
    @Test
    void whateverAnErrorOrALogLineSaysTheWorkerLives() throws Exception {
        String source = """
                def handler(event:, context:)
                  case event
                  when "long"
                    context.log("x" * 3_000_000)
                    raise "x" * 3_000_000
                  when "half"
                    context.log("a\\xffb")
                    raise "a\\xffb"
                  when "details"
                    raise Dovetail::Failure.new("m", details: { a: 0.0 / 0 })
                  else
                    { a: "a\\xffb" }
                  end
                end
                """;
        try (TestBench bench = TestBench.open(new RubyExecutorProvider(), Map.of("isolation-at-most", "process"));
                Instance instance = bench.executor().start(bench.launch("main.rb", source))) {
            String longest = TestBench.call(instance, "\"long\"");
            assertTrue(longest.startsWith("code FUNCTION xxx"), longest);
            assertTrue(longest.endsWith("x..."), longest);
            assertEquals("code FUNCTION a\ufffdb", TestBench.call(instance, "\"half\""));
            String details = TestBench.call(instance, "\"details\"");
            assertTrue(details.startsWith("code FUNCTION the details of the error are no JSON: "), details);
            String answer = TestBench.call(instance, "\"answer\"");
            assertTrue(answer.startsWith("code FUNCTION TypeError: the answer is no JSON: "), answer);
            assertTrue(instance.usable());
        }
    }
}
