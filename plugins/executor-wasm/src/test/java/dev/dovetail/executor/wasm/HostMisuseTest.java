package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a guest is told that asks the host for what cannot be. */
@Tag("TE-05")
@Tag("TE-02")
@Tag("RT-13")
final class HostMisuseTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Outcome run(String body, FakeHost host, String... texts) throws Exception {
        return Asking.run(bench, body, host, Samples.invocation("{}"), texts);
    }

    @Test
    void wrongArgumentsAreExplained() throws Exception {
        Map<String, String> wrong = Map.of(
                "sleep {\"ms\":\"long\"}", "sleep: \"ms\" is a number",
                "sleep {\"seconds\":1}", "sleep: there is no \"seconds\"; there is ms",
                "sleep {\"ms\":-1}", "\"ms\" is a number of milliseconds, not -1",
                "invoke {\"mode\":\"sync\"}", "invoke: \"callable\" is missing: a string",
                "invoke {\"callable\":\"x\",\"mode\":\"later\"}", "not a mode: \"later\"",
                "now [1]", "now: the arguments are an object",
                "now {", "now: the arguments are not JSON",
                "Öffne {}", "Not the name of a host function",
                "progress {\"fraction\":2}", "from 0 to 1",
                "http_fetch {\"url\":\"u\",\"retry\":{\"max_attempts\":99}}", "from 1 to 10");
        for (var each : wrong.entrySet()) {
            String[] parts = each.getKey().split(" ", 2);
            Fault fault = Bench.fault(run("(call $call $0 $1)", new FakeHost(), parts[0], parts[1]));
            assertEquals(Fault.CODE, fault.id());
            assertTrue(fault.message().contains(each.getValue()), each.getKey() + ": " + fault.message());
            assertEquals("main.wasm", fault.place().orElseThrow().file());
        }
    }

    @Test
    void aQuestionIsAwaitedOnce() throws Exception {
        FakeHost host = new FakeHost(call -> FakeHost.json("1"));
        String body = "(local $n i64) (local.set $n (call $begin $0 $1)) (drop (call $await (local.get $n)))"
                + "(call $await (local.get $n))";
        Fault fault = Bench.fault(run(body, host, "now", "{}"));
        assertTrue(fault.message().contains("no question 1 is open"), fault.message());
    }

    @Test
    void questionsThatAreOpenHaveALimit() throws Exception {
        FakeHost host = new FakeHost(call -> FakeHost.json("1"));
        Fault fault = Bench.fault(run("(loop $l (drop (call $begin $0 $1)) (br $l)) (i64.const 0)", host, "now", "{}"));
        assertTrue(fault.message().contains("More than 1000 questions"), fault.message());
    }

    @Test
    void aPointerOutsideOfMemoryIsTheFunctionsFault() throws Exception {
        for (String body : List.of(
                "(call $call (i32.const 70000) (i32.const 5) $0)",
                "(call $call $0 (i32.const -1) (i32.const 5))",
                "(call $call $0 (i32.const 0) (i32.const -1))",
                "(call $log (i32.const 1) (i32.const 65530) (i32.const 10)) (i64.const 0)")) {
            Fault fault = Bench.fault(run(body, new FakeHost(), "now"));
            assertEquals(Fault.Owner.FUNCTION, fault.owner(), fault.toString());
        }
    }
}
