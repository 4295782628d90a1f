package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A guest's call, from its input to its answer, on the guest's thread. What it used is told once it has ended. */
final class Turn implements Callable<Bytes> {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Guest guest;
    private final boolean fresh;
    private final Calling calling;
    private final Invocation invocation;
    private final boolean command;
    private final String export;
    private volatile Outcome.Usage usage = Outcome.Usage.NONE;
    private volatile List<Frames.Frame> where = List.of();

    /** @param fresh whether the guest is still to be opened */
    Turn(Guest guest, boolean fresh, Calling calling, Invocation invocation, String export, boolean command) {
        this.guest = guest;
        this.fresh = fresh;
        this.calling = calling;
        this.invocation = invocation;
        this.export = export;
        this.command = command;
    }

    Outcome.Usage usage() {
        return usage;
    }

    /** Where it was when it was told to unwind. */
    List<Frames.Frame> where() {
        return where;
    }

    @Override
    public Bytes call() {
        long began = cpu();
        try {
            if (fresh) {
                guest.open();
            }
            byte[] answer = run();
            try {
                return Json.of(answer).bytes();
            } catch (Json.Malformed e) {
                throw Trouble.code(
                        "the answer is " + e.getMessage() + (answer.length == 0 ? "" : ": " + shown(answer)));
            }
        } catch (Left left) {
            where = guest.frames(left);
            throw left;
        } finally {
            long peak = guest.findMemory()
                    .map(memory -> (long) memory.pages() << 16)
                    .orElse(0L);
            usage = new Outcome.Usage(Duration.ofNanos(Math.max(0, cpu() - began)), peak, 0, true);
            guest.close(); // before the turn ends, so that whoever has the next finds room
        }
    }

    private static String shown(byte[] answer) {
        String text = new String(answer, 0, Math.min(answer.length, 80), java.nio.charset.StandardCharsets.UTF_8);
        return answer.length > 80 ? text + "..." : text;
    }

    private static long cpu() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private byte[] run() {
        byte[] input = input().toArray();
        if (command) {
            if (!(invocation.entry() instanceof Entry.Main)) {
                throw Trouble.code("a command has no functions to call by name; export one for hooks and compensation");
            }
            guest.serve(calling, true, input);
            return guest.command();
        }
        guest.serve(calling, false, new byte[0]);
        return guest.handle(
                switch (invocation.entry()) {
                    case Entry.Main() -> export;
                    case Entry.Compensation compensation -> compensation.function();
                    case Entry.Hook hook -> hook.function();
                },
                input);
    }

    private Bytes input() {
        return switch (invocation.entry()) {
            case Entry.Main() -> invocation.input();
            case Entry.Hook hook -> hook.context();
            case Entry.Compensation step -> {
                Map<String, Json> parts = new LinkedHashMap<>();
                parts.put("step", Json.text(step.step()));
                parts.put("input", Json.known(step.stepInput().text()));
                parts.put(
                        "output", Json.known(step.stepOutput().map(Bytes::text).orElse("null")));
                parts.put(
                        "cause", Json.known(Reply.refused(step.cause()).bytes().text()));
                yield Json.object(parts).bytes();
            }
        };
    }
}
