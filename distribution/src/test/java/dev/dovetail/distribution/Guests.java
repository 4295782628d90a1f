package dev.dovetail.distribution;

import com.dylibso.chicory.wabt.Wat2Wasm;
import dev.dovetail.distribution.Running.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.node.ObjectNode;

/** Modules of WebAssembly, written as text by a test, and the functions that they become. */
final class Guests {
    /** One page of memory that is never given back, and what answers: {@code $pack} a span, {@code $number} a number. */
    private static final String PRELUDE = """
              (memory (export "memory") 1)
              (global $next (mut i32) (i32.const 16384))
              (func $alloc (export "alloc") (param $size i32) (result i32)
                (local $at i32)
                (local.set $at (global.get $next))
                (global.set $next
                  (i32.and (i32.add (i32.add (global.get $next) (local.get $size)) (i32.const 7)) (i32.const -8)))
                (block $enough
                  (loop $more
                    (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
                    (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))
                    (return (i32.const 0))))
                (local.get $at))
              (func $pack (param $at i32) (param $size i32) (result i64)
                (i64.or
                  (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
                  (i64.extend_i32_u (local.get $size))))
              (func $number (param $n i32) (result i64)
                (local $at i32)
                (local.set $at (i32.const 1000))
                (loop $digit
                  (local.set $at (i32.sub (local.get $at) (i32.const 1)))
                  (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $n) (i32.const 10))))
                  (local.set $n (i32.div_u (local.get $n) (i32.const 10)))
                  (br_if $digit (local.get $n)))
                (call $pack (local.get $at) (i32.sub (i32.const 1000) (local.get $at))))
            """;

    /** What guests ask the host by. */
    private static final String ASKING = """
            (import "dovetail" "log" (func $log (param i32 i32 i32)))
            (import "dovetail" "fail" (func $fail (param i32 i32)))
            (import "dovetail" "call" (func $call (param i32 i32 i32 i32) (result i64)))
            (import "dovetail" "begin" (func $begin (param i32 i32 i32 i32) (result i64)))
            (import "dovetail" "await" (func $await (param i64) (result i64)))
            """;

    private static final String OPENING =
            "(func $handler (export \"handler\") (param $at i32) (param $size i32) (result i64)\n";

    /** Answers whatever the host answers, refusals too, when it is asked {@code ["name",{arguments}]}. */
    static final String ASKER = handler("""
              (local $end i32)
              (local.set $end (i32.add (local.get $at) (i32.const 2)))
              (block $found
                (loop $next
                  (br_if $found (i32.eq (i32.load8_u (local.get $end)) (i32.const 34)))
                  (local.set $end (i32.add (local.get $end) (i32.const 1)))
                  (br $next)))
              (i64.and (i64.const 0xffffffff7fffffff)
                (call $call
                  (i32.add (local.get $at) (i32.const 2))
                  (i32.sub (i32.sub (local.get $end) (local.get $at)) (i32.const 2))
                  (i32.add (local.get $end) (i32.const 2))
                  (i32.sub (i32.sub (i32.add (local.get $at) (local.get $size)) (local.get $end)) (i32.const 3))))
            """);

    /** Answers its input. */
    static final String ECHO = handler("(call $pack (local.get $at) (local.get $size))");

    private Guests() {}

    /** A module with a handler of this body; it has {@code $at} and {@code $size}, and gives a span. */
    static String handler(String body) {
        return handler("", body);
    }

    /** The same with something before the handler. */
    static String handler(String parts, String body) {
        return handler("", parts, body);
    }

    /** The same with imports of its own. */
    static String handler(String imports, String parts, String body) {
        return module(imports, parts + OPENING + body + ")");
    }

    /** A module of these imports and parts, and of what is in all of them. */
    static String module(String imports, String parts) {
        return "(module " + imports + ASKING + PRELUDE + parts + ")";
    }

    /** A text that lies in the memory from the beginning. */
    static String data(int at, String text) {
        return "(data (i32.const " + at + ") \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\")\n";
    }

    /** Where such a text lies and how long it is, as arguments. */
    static String span(int at, String text) {
        return "(i32.const " + at + ") (i32.const " + text.getBytes(StandardCharsets.UTF_8).length + ")";
    }

    static byte[] compiled(String wat) {
        return Wat2Wasm.parse(wat);
    }

    static byte[] zip(byte[] module) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.wasm"));
            zip.write(module);
        }
        return bytes.toByteArray();
    }

    /** The record of a function made of this text, to be posted as it is or with more in it. */
    static ObjectNode function(String name, String wat) throws IOException {
        return function(name, zip(compiled(wat)));
    }

    static ObjectNode function(String name, byte[] archive) {
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", name)
                .put("runtime", "wasm")
                .put("handler", "main.handler")
                .put("memoryMb", 128)
                .put("timeoutSeconds", 20);
        function.putObject("code").put("zip", Base64.getEncoder().encodeToString(archive));
        return function;
    }

    static void deploy(Running server, ObjectNode function) throws IOException, InterruptedException {
        server.post("/api/v1/functions", function).expecting(201);
    }

    static Answer call(Running server, String function, String input) throws IOException, InterruptedException {
        return server.post("/api/v1/functions/" + function + "/invoke", input);
    }

    /** What makes {@link #ASKER} ask this. */
    static String asking(String name, ObjectNode arguments) {
        return Running.JSON.createArrayNode().add(name).add(arguments).toString();
    }

    /** Arguments of which there is one. */
    static ObjectNode with(String key, String value) {
        return Running.JSON.createObjectNode().put(key, value);
    }
}
