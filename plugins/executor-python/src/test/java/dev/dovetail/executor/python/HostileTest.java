package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Functions that mean no good, and what becomes of them. */
@Tag("TE-05")
@Needs(Need.PYTHON)
@Tag("FH-07")
final class HostileTest {
    private static String fate(TestBench bench, String body, boolean usable) throws Exception {
        String source = "import os, sys, time\ndef handler(event, context):\n    " + body.replace("\n", "\n    ");
        try (Instance instance = bench.executor().start(bench.launch("main.py", source))) {
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
                    "crashed FUNCTION The worker was killed by signal 6 (SIGABRT)", fate(bench, "os.abort()", false));
            assertEquals(
                    "crashed FUNCTION The worker was killed by signal 11 (SIGSEGV)",
                    fate(bench, "os.kill(os.getpid(), 11)\nwhile True: pass", false));
            assertEquals("crashed FUNCTION The worker ended with status 3", fate(bench, "sys.exit(3)", false));
        }
    }

    /** However long it is, and whatever is in it: a worker that ended for its words would have said none. */
    @Test
    void whateverAnErrorOrALogLineSaysTheWorkerLives() throws Exception {
        try (TestBench bench = Benches.open()) {
            String longest = fate(bench, "context.log('x' * 3000000)\nraise ValueError('x' * 3000000)", true);
            assertTrue(longest.startsWith("code FUNCTION ValueError: xxx"), longest);
            assertTrue(longest.endsWith("x..."), longest);
            assertEquals(
                    "code FUNCTION ValueError: a?b",
                    fate(bench, "context.log('a\\ud800b')\nraise ValueError('a\\ud800b')", true));
            String details = fate(bench, "context.exit({'message': 'm', 'details': {'a': {1}}})", true);
            assertTrue(details.startsWith("code FUNCTION the details of the error are no JSON: "), details);
        }
    }

    @Test
    void nonsenseOnTheLinkEndsTheWorkerAndNamesIt() throws Exception {
        try (TestBench bench = Benches.open()) {
            String nonsense = fate(
                    bench, "os.write(context._call.link.out, b'GET / HTTP/1.1\\r\\n\\r\\n')\ntime.sleep(60)", false);
            assertTrue(nonsense.startsWith("crashed FUNCTION The worker was ended: it sent a frame of"), nonsense);
            String late = fate(
                    bench,
                    "os.write(context._call.link.out, bytes((0, 0, 0, 5, 1, 0, 0, 0, 0)))\ntime.sleep(60)",
                    false);
            assertTrue(late.contains("it sent a frame of kind HELLO after it was greeted"), late);
            String closed = fate(bench, "os.close(context._call.link.out)\ntime.sleep(60)", false);
            assertEquals("crashed FUNCTION The worker closed the link", closed);
        }
    }

    @Test
    void aFrameThatIsPromisedAndNeverSentHoldsNothingUp() throws Exception {
        try (TestBench bench = Benches.open();
                Instance honest = bench.executor().start(bench.launch("main.py", "def handler(e, c): return e"))) {
            Instance slow = bench.executor()
                    .start(bench.launch(
                            "main.py",
                            "import os, time\ndef handler(e, c):\n    c.progress(0)\n"
                                    + "    os.write(c._call.link.out, bytes((0, 64, 0, 0, 5)))\n    time.sleep(60)"));
            FakeHost host = new FakeHost();
            Call call = Call.of(slow, Samples.invocation("{}"), host);
            host.awaitTold();
            assertEquals("1", TestBench.text(honest.invoke(Samples.invocation("1"), new FakeHost())));
            call.interrupt();
            assertEquals("Stopped", TestBench.text(call.outcome(Duration.ofSeconds(1))));
            slow.close();
        }
    }

    @Test
    void aHugeAnswerAndADeepRecursionAreFaultsAndHarmNothing() throws Exception {
        try (TestBench bench = Benches.open()) {
            String huge = fate(bench, "return 'x' * (20 << 20)", true);
            assertTrue(huge.contains("the answer has 20971522 bytes"), huge);
            String deep = fate(bench, "def f(): return f() + 1\nreturn f()", true);
            assertTrue(deep.startsWith("code FUNCTION RecursionError"), deep);
        }
    }

    @Test
    void aFloodOfLinesIsCutAndAWorseOneEndsTheWorker() throws Exception {
        try (TestBench bench = Benches.open(Map.of("log-lines", 100, "log-bytes", 65536))) {
            assertEquals("\"done\"", fate(bench, "for i in range(1000): print('line', i)\nreturn 'done'", true));
            List<String> lines = bench.lines().texts();
            assertEquals(101, lines.size());
            assertTrue(lines.getLast().startsWith("(900 further lines were left out"), lines.getLast());
            String flood = fate(bench, "while True: print('x' * 1000)", false);
            assertTrue(flood.contains("it wrote more than 1048576 bytes to its log"), flood);
        }
    }

    @Test
    void aFloodOfQuestionsEndsTheWorker() throws Exception {
        try (TestBench bench = Benches.open()) {
            String flood = fate(
                    bench,
                    "frame = b'{\"call\":\"1\",\"note\":\"log\",\"message\":\"x\"}'\n"
                            + "frame = bytes((0, 0, 0, 5 + len(frame), 7, 0, 0, 0, len(frame))) + frame\n"
                            + "while True: os.write(context._call.link.out, frame * 1000)",
                    false);
            assertTrue(flood.contains("asks faster than it can be answered") || flood.contains("notes"), flood);
        }
    }

    @Test
    void aWorkerThatIsSilentLongAfterTheDeadlineIsEndedAndNamed() throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance =
                        bench.executor().start(bench.launch("main.py", "def handler(e, c):\n    while True: pass"))) {
            Invocation plain = Samples.invocation("{}");
            Invocation late = new Invocation(
                    plain.executionId(),
                    plain.attempt(),
                    plain.entry(),
                    plain.input(),
                    plain.attributes(),
                    plain.caller(),
                    plain.secrets(),
                    Instant.now());
            String said = TestBench.text(Call.of(instance, late, new FakeHost()).outcome(Duration.ofSeconds(20)));
            assertEquals(
                    "crashed FUNCTION The worker was ended: it was silent for PT2S after the deadline of its call",
                    said);
        }
    }

    @Test
    void codeThatNeverFinishesLoadingIsRefused() throws Exception {
        try (TestBench bench = Benches.open(Map.of("start-timeout", "PT2S"))) {
            PluginException thrown = assertThrows(
                    PluginException.class, () -> bench.executor().start(bench.launch("main.py", "while True: pass")));
            assertEquals(PluginException.Kind.REJECTED, thrown.kind());
            assertTrue(
                    thrown.getMessage().contains("it took longer than 2.0 s while the code was loaded"),
                    thrown.getMessage());
        }
    }
}
