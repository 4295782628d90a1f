package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/**
 * The compiled modules: some in memory, the rest on disk. Each has a class loader of its own, which goes when nobody uses
 * the module any more. Compiling is done on platform threads, a few modules at a time. Thread-safe.
 */
final class Programs {
    private static final int AT_ONCE = 2;
    private static final int STACK_BYTES = 16 << 20;
    /** Of modules that are kept in memory though nobody uses them just now. */
    private static final long MOST_KEPT_BYTES = 64 << 20;

    private final Shelf shelf;
    private final ThreadFactory threads;
    private final int mostElements;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final Map<Digest, Program> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    Programs(Shelf shelf, java.util.function.IntFunction<ThreadFactory> threads, int mostElements) {
        this.shelf = shelf;
        this.threads = threads.apply(STACK_BYTES);
        this.mostElements = mostElements;
    }

    /** The compiled module, from wherever it is soonest to be had. */
    Program load(Source source, Launch launch) throws Rejected, InterruptedException {
        Digest digest = Digest.of(source.module());
        Optional<Program> known = find(digest);
        if (known.isPresent()) {
            check(known.get().wasm(), source, launch);
            return known.get();
        }
        return elsewhere(() -> read(digest, source, launch));
    }

    private synchronized Optional<Program> find(Digest digest) {
        return Optional.ofNullable(kept.get(digest));
    }

    private synchronized void keep(Digest digest, Program program) {
        if (kept.put(digest, program) == null) {
            keptBytes += program.bytes();
        }
        while (keptBytes > MOST_KEPT_BYTES && kept.size() > 1) {
            var eldest = kept.entrySet().iterator();
            keptBytes -= eldest.next().getValue().bytes();
            eldest.remove();
        }
    }

    private interface Loading {
        Program load() throws Rejected;
    }

    /** Reading and compiling computes for long and nests deep. */
    private Program elsewhere(Loading loading) throws Rejected, InterruptedException {
        turns.acquire();
        FutureTask<Program> task = new FutureTask<>(loading::load);
        threads.newThread(() -> {
                    try {
                        task.run();
                    } finally {
                        turns.release();
                    }
                })
                .start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Rejected rejected -> throw rejected;
                case RuntimeException unchecked -> throw unchecked;
                case OutOfMemoryError _ ->
                    throw new Rejected(
                            Problem.error("MODULE_TOO_LARGE", "There is not memory enough to compile this module"));
                default -> throw new IllegalStateException("A module could not be loaded", e.getCause());
            }
        }
    }

    private Program read(Digest digest, Source source, Launch launch) throws Rejected {
        Optional<Program> meanwhile = find(digest);
        if (meanwhile.isPresent()) {
            check(meanwhile.get().wasm(), source, launch);
            return meanwhile.get();
        }
        Optional<Shelf.Entry> found = shelf.find(digest);
        Shelf.Entry entry;
        if (found.isPresent()) {
            entry = found.get();
        } else {
            WasmModule whole = Compiling.parsed(source);
            check(whole, source, launch);
            entry = new Shelf.Entry(Compiling.compile(whole, source), Bodies.keep(source.module(), body -> false));
            shelf.keep(digest, entry);
        }
        // a module's code as it is parsed takes many times its file's size, and is no longer needed
        WasmModule stub = Parser.builder()
                .withValidation(false)
                .build()
                .parse(() -> new java.io.ByteArrayInputStream(entry.stub()));
        check(stub, source, launch);
        Program program = Program.of(stub, Compiling.load(stub, entry.classes()), source.module().length);
        keep(digest, program);
        return program;
    }

    private void check(WasmModule wasm, Source source, Launch launch) throws Rejected {
        List<Problem> problems = Checks.of(wasm, source, launch, mostElements);
        if (!problems.isEmpty()) {
            throw new Rejected(problems);
        }
    }
}
