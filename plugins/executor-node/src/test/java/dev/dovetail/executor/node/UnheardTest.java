package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps that fail and that nobody waits for. */
@Needs(Need.NODE)
@Tag("WF-14")
final class UnheardTest {
    /** Whoever looks at an answer once, be it later or among others, has waited for it. */
    @Test
    void aStepThatFailsAndIsNotWaitedForIsToldOf() throws Exception {
        String source = """
                function bad(ctx, input) {
                  throw new Error('bad ' + input);
                }

                exports.handler = async (event, ctx) => {
                  ctx.step('forgotten', bad, 1);
                  const late = ctx.step('late', bad, 2);
                  const both = Promise.allSettled([ctx.step('first', bad, 3), ctx.step('second', bad, 4)]);
                  await ctx.step('good', () => 5);
                  ctx.steps.parallel([['lost', bad, 6]]);
                  await ctx.sleep(1);
                  await ctx.sleep(1);
                  const seen = await late.catch((error) => error.message);
                  return [seen, (await both).length, late instanceof Promise];
                };
                """;
        FakeHost host = FakeHost.naming();
        assertEquals("[\"bad 2\",2,true]", StepsTest.run(source, host));
        assertEquals(
                List.of(
                        "WARNING The step \"forgotten\" (index.js:6) failed, and nobody waited for it: bad 1",
                        "WARNING One of the steps at once (index.js:10) failed, and nobody waited for it: bad 6"),
                host.told().stream()
                        .map(HostNote.Log.class::cast)
                        .map(log -> log.level() + " " + log.message())
                        .toList());
    }
}
