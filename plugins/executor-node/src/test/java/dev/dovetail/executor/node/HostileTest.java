package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Functions that mean no good, and what becomes of them. */
@Tag("TE-05")
@Needs(Need.NODE)
@Tag("FH-07")
final class HostileTest {
    /** The descriptor of the socket that the worker speaks through. */
    private static final String SOCKET =
            "process._getActiveHandles().find((h) => h.constructor.name === 'Socket' && !h._type)";

    private static String fate(TestBench bench, String source, boolean usable) throws Exception {
        try (Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            Call call = Call.of(instance, Samples.invocation("{}"), new FakeHost());
            String said = TestBench.text(call.outcome(Duration.ofSeconds(30)));
            assertEquals(usable, instance.usable(), said);
            return said;
        }
    }

    @Test
    void aProcessThatDiesIsToldOfWithHow() throws Exception {
        try (TestBench bench = Benches.open()) {
            assertEquals(
                    "crashed FUNCTION The worker was killed by signal 6 (SIGABRT)",
                    fate(bench, "exports.handler = async () => process.abort();", false));
            assertEquals(
                    "crashed FUNCTION The worker was killed by signal 11 (SIGSEGV)",
                    fate(bench, "exports.handler = () => { process.kill(process.pid, 'SIGSEGV'); for (;;); };", false));
            assertEquals(
                    "crashed FUNCTION The worker ended with status 3",
                    fate(bench, "exports.handler = async () => process.reallyExit(3);", false));
        }
    }

    /** However long it is, and whatever is in it: a worker that ended for its words would have said none. */
    @Test
    void whateverAnErrorOrALogLineSaysTheWorkerLives() throws Exception {
        try (TestBench bench = Benches.open()) {
            String longest = fate(
                    bench,
                    "exports.handler = async (event, context) => { context.log('x'.repeat(3000000));"
                            + " throw new Error('\ud83d\ude00'.repeat(1500000)); };",
                    true);
            assertTrue(longest.startsWith("code FUNCTION \ud83d\ude00"), longest);
            assertTrue(longest.endsWith("\ud83d\ude00..."), longest);
            String details = fate(
                    bench,
                    "exports.handler = async (event, context) => context.exit({message: 'm', details: {a: 1n}});",
                    true);
            assertTrue(details.startsWith("code FUNCTION TypeError: the details of the error are no JSON: "), details);
        }
    }

    @Test
    void codeThatEndsTheProcessIsToldOfWithItsLine() throws Exception {
        String ended = "ended the worker; expected a function that returns, or throws";
        try (TestBench bench = Benches.open()) {
            Launch late = bench.launch("index.js", "exports.handler = async () => {\n  process.exit(3);\n};");
            try (Instance instance = bench.executor().start(late)) {
                Outcome.Failed failed = assertInstanceOf(
                        Outcome.Failed.class, instance.invoke(Samples.invocation("{}"), new FakeHost()));
                assertEquals("process.exit(3) " + ended, failed.fault().message());
                assertEquals(2, failed.fault().place().orElseThrow().line());
                assertFalse(instance.usable());
            }
            Launch soon = bench.launch("index.js", "exports.handler = async () => 1;\nprocess.exit();");
            PluginException refused = assertThrows(
                    PluginException.class, () -> bench.executor().start(soon).close());
            assertTrue(refused.getMessage().contains("process.exit() " + ended), refused::getMessage);
        }
    }

    @Test
    void whatIsThrownWhereNobodyCatchesFailsTheCallAndEndsTheProcess() throws Exception {
        try (TestBench bench = Benches.open()) {
            String source =
                    "exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('stray'); }, 1));";
            try (Instance instance = bench.executor().start(bench.launch("index.js", source))) {
                assertEquals(
                        "code FUNCTION stray",
                        TestBench.text(instance.invoke(Samples.invocation("{}"), new FakeHost())));
            }
        }
    }

    @Test
    void nonsenseOnTheLinkEndsTheWorkerAndNamesIt() throws Exception {
        try (TestBench bench = Benches.open()) {
            String kind = fate(
                    bench,
                    "exports.handler = async () => { " + SOCKET
                            + ".write(Buffer.from([0, 0, 0, 5, 99, 0, 0, 0, 0])); await new Promise(() => {}); };",
                    false);
            assertEquals(
                    "crashed FUNCTION The worker was ended: it sent a frame of kind 99, which no worker sends", kind);
            String huge = fate(
                    bench,
                    "exports.handler = async () => { " + SOCKET
                            + ".write(Buffer.from([127, 0, 0, 0, 5, 0, 0, 0, 0])); await new Promise(() => {}); };",
                    false);
            assertTrue(huge.contains("it sent a frame of 2130706432 bytes; at most"), huge);
            String header = fate(
                    bench,
                    "exports.handler = async () => { " + SOCKET
                            + ".write(Buffer.from([0, 0, 0, 7, 5, 0, 0, 0, 2, 123, 33])); await new Promise(() => {}); };",
                    false);
            assertTrue(header.contains("not JSON"), header);
            String noAsk = fate(
                    bench,
                    "exports.handler = async () => { const h = Buffer.from('{\"call\":\"1\"}'); " + SOCKET
                            + ".write(Buffer.concat([Buffer.from([0, 0, 0, 17, 9, 0, 0, 0, 12]), h]));"
                            + " await new Promise(() => {}); };",
                    false);
            assertTrue(noAsk.contains("no question is open"), noAsk);
        }
    }

    @Test
    void aHugeAnswerAndADeepRecursionAreFaultsAndHarmNothing() throws Exception {
        try (TestBench bench = Benches.open()) {
            String huge = fate(bench, "exports.handler = async () => 'x'.repeat(20 << 20);", true);
            assertTrue(huge.startsWith("code FUNCTION RangeError: the answer has 20971522 bytes"), huge);
            String deep = fate(bench, "exports.handler = async () => { const f = () => f() + 1; return f(); };", true);
            assertTrue(deep.startsWith("code FUNCTION RangeError: Maximum call stack"), deep);
        }
    }

    @Test
    void aFloodOfLinesIsCutAndAWorseOneEndsTheWorker() throws Exception {
        try (TestBench bench = Benches.open(Map.of("log-lines", 100, "log-bytes", 65536))) {
            assertEquals(
                    "\"done\"",
                    fate(
                            bench,
                            "exports.handler = async () => { for (let i = 0; i < 1000; i++) console.log('line ' + i);"
                                    + " return 'done'; };",
                            true));
            List<String> lines = bench.lines().texts();
            assertEquals(101, lines.size());
            assertTrue(lines.getLast().startsWith("(900 further lines were left out"), lines.getLast());
            String flood =
                    fate(bench, "exports.handler = async () => { for (;;) console.log('x'.repeat(1000)); };", false);
            assertTrue(flood.contains("it wrote more than 1048576 bytes to its log"), flood);
        }
    }

    @Test
    void codeThatNeverFinishesLoadingIsRefused() throws Exception {
        try (TestBench bench = Benches.open(Map.of("start-timeout", "PT2S"))) {
            PluginException thrown = assertThrows(
                    PluginException.class,
                    () -> bench.executor().start(bench.launch("index.js", "for (;;); exports.handler = () => 1;")));
            assertEquals(PluginException.Kind.REJECTED, thrown.kind());
            assertTrue(
                    thrown.getMessage().contains("it took longer than 2.0 s while the code was loaded"),
                    thrown.getMessage());
        }
    }

    @Test
    void whoSpeaksAfterItsCallIsNotHeard() throws Exception {
        String source = """
                exports.handler = async (event, context) => {
                  setTimeout(() => { try { context.progress(1, 'late'); } catch (e) { console.log(e.message); } }, 5);
                  return event;
                };
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            for (int i = 0; i < 50; i++) {
                FakeHost host = new FakeHost();
                assertEquals("1", TestBench.text(instance.invoke(Samples.invocation("1"), host)));
                host.die();
                assertFalse(
                        host.told().stream().anyMatch(note -> note.toString().contains("late")));
            }
            assertTrue(instance.usable());
        }
    }
}
