package dev.dovetail.executor.wasm;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.Map;

/** Handlers that ask the host. */
final class Asking {
    /** Everything that there is to ask by. */
    static final String IMPORTS = """
            (import "dovetail" "log" (func $log (param i32 i32 i32)))
            (import "dovetail" "fail" (func $fail (param i32 i32)))
            (import "dovetail" "env" (func $env (param i32 i32) (result i64)))
            (import "dovetail" "http_fetch" (func $http_fetch (param i32 i32) (result i64)))
            (import "dovetail" "db_query" (func $db_query (param i32 i32 i32 i32) (result i64)))
            (import "dovetail" "call" (func $call (param i32 i32 i32 i32) (result i64)))
            (import "dovetail" "begin" (func $begin (param i32 i32 i32 i32) (result i64)))
            (import "dovetail" "await" (func $await (param i64) (result i64)))
            (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
            """;

    private Asking() {}

    /** Runs a handler with these texts at 1024, 2048, ...; {@code $0}, {@code $1}, ... in it are their spans. */
    static Outcome run(Bench bench, String body, FakeHost host, Invocation invocation, String... texts)
            throws Exception {
        StringBuilder data = new StringBuilder();
        String code = body;
        for (int i = 0; i < texts.length; i++) {
            data.append(Bench.data(1024 * (i + 1), texts[i]));
            code = code.replace("$" + i, Bench.span(1024 * (i + 1), texts[i]));
        }
        String prelude = Bench.PRELUDE.replace("i32.const 4096", "i32.const 16384");
        byte[] module = Wat.compile("(module " + IMPORTS + prelude + data + Bench.HANDLER + code + "))");
        try (Instance instance = bench.executor()
                .start(bench.launch(module, "main.handler", Samples.LIMITS, Map.of("COLOUR", "red", "EMPTY", "")))) {
            return instance.invoke(invocation, host);
        }
    }
}
