package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that a workflow makes itself. */
@Needs(Need.PYTHON)
@Tag("WF-07")
final class ThreadsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "with ThreadPoolExecutor(1) as pool: return pool.submit(asks).result()",
                "thread = Thread(target=asks); thread.start(); thread.join(); return 'nothing is missing'"
            })
    void aThreadOfTheCodesOwnDoesNotAskTheHost(String body) throws Exception {
        String source = """
                from concurrent.futures import ThreadPoolExecutor
                from threading import Thread

                def handler(event, ctx):
                    asks = lambda: ctx.now().result()
                    BODY
                """.replace("BODY", body);
        FakeHost host = FakeHost.naming();
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            Fault fault = assertInstanceOf(Outcome.Failed.class, instance.invoke(Samples.workflow("{}"), host))
                    .fault();
            assertEquals("gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~", fault.id());
            assertEquals(5, fault.place().orElseThrow().line());
            assertEquals(List.of(), host.asked());
            assertTrue(instance.usable());
        }
    }
}
