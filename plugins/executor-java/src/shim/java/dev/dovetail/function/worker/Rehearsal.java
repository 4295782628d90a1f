package dev.dovetail.function.worker;

import dev.dovetail.function.Context;
import dev.dovetail.function.RequestHandler;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Does once what every worker does, so that what it loads can be kept for the processes that come later. The compiler is no part of
 * it: all that is kept is loaded at each start, and few workers compile.
 */
final class Rehearsal {
    private static final int CALLS = 30;

    private Rehearsal() {}

    /** A function like any other. */
    public static final class Echo implements RequestHandler<Map<String, Object>, Object> {
        @Override
        public Object handleRequest(Map<String, Object> input, Context context) {
            context.progress(0.5, "half");
            context.now().get();
            return input;
        }
    }

    static void run() throws IOException {
        Pipe there = Pipe.open();
        Pipe back = Pipe.open();
        Link kernel = new Link(back.source(), there.sink());
        Link own = new Link(there.source(), back.sink());
        Path code = Files.createTempDirectory("rehearsal");
        Worker worker = new Worker(own, Environment.open(), Output.open(own));
        Thread thread = new Thread(() -> serve(worker), "worker");
        thread.setDaemon(true);
        thread.start();
        warm();
        worker.hello("token");
        kernel.send(Link.INIT, init(code), Classes.packed(Map.of("None", Link.NOTHING)));
        answered(kernel);
        for (int i = 0; i < CALLS; i++) {
            Map<String, Object> header = new LinkedHashMap<>();
            header.put("call", Integer.toString(i));
            header.put("execution", "e");
            header.put("deadline", System.currentTimeMillis() + 60_000);
            header.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            header.put("identity", Map.of("type", "user", "id", "ada"));
            kernel.send(Link.INVOKE, header, JsonWriter.bytes(Map.of("name", "ada", "list", List.of(1, 2.5, true))));
            answered(kernel);
        }
        Files.delete(code);
    }

    private static void serve(Worker worker) {
        try {
            worker.serve();
        } catch (IOException e) {
            throw new IllegalStateException("The rehearsal failed", e);
        }
    }

    /** What connecting needs, whether or not this version of Java has it. */
    private static void warm() {
        try {
            Link.connect("/nowhere");
        } catch (IOException e) {
            // as it was meant
        }
    }

    private static Map<String, Object> init(Path code) {
        Map<String, Object> init = new LinkedHashMap<>();
        init.put("code", code.toString());
        init.put("file", "Echo.class");
        init.put("function", Echo.class.getName());
        init.put("layers", List.of());
        init.put("environment", Map.of("COLOUR", "blue"));
        init.put("tenantId", "default");
        init.put("functionName", "echo");
        init.put("version", 1);
        init.put("memoryMb", 128);
        init.put("timeoutMs", 1000);
        init.put("outputBytes", 1 << 20);
        init.put("concurrency", 1);
        return init;
    }

    /** Answers what the function asks, until it is done. */
    private static void answered(Link kernel) throws IOException {
        while (true) {
            Link.Frame frame = kernel.receive();
            if (frame.kind == Link.READY || frame.kind == Link.RESULT) {
                return;
            }
            if (frame.kind == Link.ERROR) {
                throw new IllegalStateException("The rehearsal failed: " + frame.header);
            }
            if (frame.kind == Link.ASK) {
                Map<String, Object> reply = new LinkedHashMap<>();
                reply.put("call", frame.header.get("call"));
                reply.put("ask", frame.header.get("ask"));
                kernel.send(Link.REPLY, reply, JsonWriter.bytes("2026-11-21T08:00:00.000Z"));
            }
        }
    }
}
