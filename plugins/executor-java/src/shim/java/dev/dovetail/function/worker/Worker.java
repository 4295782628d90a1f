package dev.dovetail.function.worker;

import java.io.EOFException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs a function's calls for the process that started this one. The protocol is {@code docs/worker-protocol.md}. */
final class Worker {
    private static final int STACK = 1 << 20;

    private final Link link;
    private final Environment environment;
    private final Output output;
    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(Worker::thread);
    private Map<?, ?> init = Map.of();
    private boolean alone = true;
    private volatile Function function;

    Worker(Link link, Environment environment, Output output) {
        this.link = link;
        this.environment = environment;
        this.output = output;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(null, task, "call", STACK);
        thread.setDaemon(true);
        return thread;
    }

    void hello(String token) throws IOException {
        Map<String, Object> hello = new LinkedHashMap<>();
        hello.put("protocol", List.of(1));
        hello.put("token", token);
        hello.put("pid", ProcessHandle.current().pid());
        hello.put("runtime", "java " + System.getProperty("java.version"));
        link.send(Link.HELLO, hello, Link.NOTHING);
    }

    /** Serves until the other side closes. */
    void serve() throws IOException {
        while (true) {
            Link.Frame frame = link.receive();
            switch (frame.kind) {
                case Link.INVOKE:
                    begin(frame);
                    break;
                case Link.REPLY:
                    Call asked = calls.get(frame.header.get("call"));
                    if (asked != null) {
                        asked.reply(frame.header, frame.payload);
                    }
                    break;
                case Link.STOP:
                    Call stopped = calls.get(frame.header.get("call"));
                    if (stopped != null) {
                        stopped.leave();
                    }
                    break;
                case Link.INIT:
                    load(frame.header, frame.payload);
                    break;
                case Link.PING:
                    link.send(Link.PONG, Map.of(), Link.NOTHING);
                    break;
                case Link.CLOSE:
                    return;
                default: // what is not known is passed over
            }
        }
    }

    private void load(Map<?, ?> header, byte[] kept) throws IOException {
        init = header;
        alone = ((Number) header.get("concurrency")).intValue() == 1;
        environment.put((Map<?, ?>) header.get("environment"));
        Map<String, Object> wrong = Map.of();
        try {
            function = Function.load(header, kept, classes -> made(header, classes));
        } catch (Throwable e) {
            wrong = Errors.of(e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e);
        }
        output.flush();
        link.send(wrong.isEmpty() ? Link.READY : Link.ERROR, wrong, Link.NOTHING);
    }

    /** The kernel believes what is sent before any of the function's code has run. */
    private void made(Map<?, ?> header, Map<String, byte[]> classes) throws IOException {
        if (Boolean.TRUE.equals(header.get("makes"))) {
            link.send(Link.MADE, Map.of(), Classes.packed(classes));
        }
    }

    private void begin(Link.Frame frame) {
        Call call = new Call(link, frame.header, this::begin);
        calls.put(call.number(), call);
        threads.execute(() -> run(call, frame));
    }

    /** A piece of the call's code, on a thread of its own. */
    private void begin(Call call, Runnable piece) {
        threads.execute(() -> {
            Thread.currentThread().setContextClassLoader(function.loader());
            output.begin(call, alone);
            piece.run();
            output.part();
        });
    }

    private void run(Call call, Link.Frame frame) {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(function.loader());
        Map<?, ?> secrets = alone && frame.header.get("environment") instanceof Map
                ? (Map<?, ?>) frame.header.get("environment")
                : Map.of();
        Map<String, Object> said = new LinkedHashMap<>();
        byte[] body = Link.NOTHING;
        int kind = Link.RESULT;
        environment.put(secrets);
        output.begin(call, alone);
        try {
            call.begin(thread);
            body = answer(call, frame);
            call.check();
        } catch (Throwable e) {
            kind = Link.ERROR;
            body = Link.NOTHING;
            said.putAll(call.left() ? Errors.of(new Leave()) : Errors.of(e));
        }
        call.end();
        Thread.interrupted(); // a call that was told to leave does not pass it on to the next
        output.end();
        if (!secrets.isEmpty()) {
            Map<?, ?> before = (Map<?, ?>) init.get("environment");
            secrets.keySet().forEach(name -> environment.put(Map.of(name, before.get(name))));
        }
        calls.remove(call.number());
        try {
            send(call, kind, said, body);
        } catch (IOException e) {
            Runtime.getRuntime().halt(1); // nobody is there to whom it could be of use
        }
    }

    private void send(Call call, int kind, Map<String, Object> said, byte[] body) throws IOException {
        said.put("call", call.number());
        try {
            link.send(kind, said, body);
        } catch (IllegalArgumentException e) { // what an error of the function's own tells is no JSON
            Map<String, Object> instead = Errors.of(e);
            instead.put("call", call.number());
            link.send(Link.ERROR, instead, Link.NOTHING);
        }
    }

    private byte[] answer(Call call, Link.Frame frame) throws Throwable {
        Map<?, ?> header = frame.header;
        LiveContext context = new LiveContext(call, init, header, function);
        Object name = header.get("function");
        byte[] body;
        if (header.containsKey("step")) {
            body = function.undo((String) name).undo(frame.payload, header.get("output"), context);
        } else {
            Target target = name == null ? function.main() : function.other((String) name);
            body = target.call(frame.payload, context);
        }
        int most = ((Number) init.get("outputBytes")).intValue();
        if (body.length > most) {
            throw new IllegalStateException(
                    "the answer has " + body.length + " bytes; at most " + most + " are allowed");
        }
        return body;
    }

    /** Without arguments: where to connect is in the environment. */
    static void main() {
        Environment environment = Environment.open();
        String token = environment.take("DOVETAIL_TOKEN");
        int status = 0;
        try {
            Link link = Link.connect(environment.take("DOVETAIL_SOCKET"));
            Worker worker = new Worker(link, environment, Output.open(link));
            worker.hello(token);
            worker.serve();
        } catch (EOFException e) {
            status = 0; // the kernel has gone, or wants this to go
        } catch (IOException e) {
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }
}
