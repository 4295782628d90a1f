package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.log.LogDoor;
import dev.dovetail.worker.log.Pipes;
import dev.dovetail.worker.log.Redaction;
import dev.dovetail.worker.sandbox.Cell;
import dev.dovetail.worker.wire.Kind;
import dev.dovetail.worker.wire.Switchboard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A worker that has loaded a version's code and takes no calls: it makes processes of itself that do. They live in its cell,
 * with limits of their own, and end with it. Thread-safe.
 */
final class Template implements AutoCloseable {
    private static final int FIRST_FRAMES = 1 << 16;
    private static final int KILLED = 128 + 9;
    private static final int STREAMS = 2;

    private final Yard yard;
    private final Worker worker;
    private final Path sockets;
    private final AtomicLong counted = new AtomicLong();
    private final Map<String, Child> children = new ConcurrentHashMap<>();
    private volatile long used = System.nanoTime();

    private record Child(CompletableFuture<Greeting> greeted, CompletableFuture<Integer> status) {}

    /** @param sockets the directory that its cell sees as {@link Layout#SOCKETS} */
    Template(Yard yard, Worker worker, Path sockets) {
        this.yard = yard;
        this.worker = worker;
        this.sockets = sockets;
        worker.children(this::heard);
        worker.cell().ended().thenRun(() -> children.values().forEach(child -> child.status.complete(KILLED)));
    }

    boolean alive() {
        return worker.alive();
    }

    /** Whether processes live that were made of it, or are being made. */
    boolean busy() {
        return !children.isEmpty();
    }

    long idleNanos() {
        return System.nanoTime() - used;
    }

    private void heard(Fields header) throws NotJson {
        Child child = children.get(header.text("child"));
        if (child == null) {
            return; // it was given up
        }
        if (header.has("failed")) {
            child.greeted.completeExceptionally(new IOException(header.text("failed")));
        } else {
            child.status.complete(Math.clamp(header.number("status"), 0, 255));
        }
    }

    /**
     * Makes a process of it, which has loaded the code already.
     *
     * @throws IOException if that cannot be; nothing is left of it
     */
    Worker fork() throws IOException, InterruptedException {
        String number = Long.toString(counted.incrementAndGet(), Character.MAX_RADIX);
        Child child = new Child(new CompletableFuture<>(), new CompletableFuture<>());
        children.put(number, child);
        boolean made = false;
        try {
            Worker forked = make(number, child);
            made = true;
            return forked;
        } finally {
            if (!made) {
                left(number);
            }
        }
    }

    private Worker make(String number, Child child) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        String token = Starting.token();
        List<InputStream> written = new ArrayList<>();
        try (Switchboard.Door _ = yard.board()
                        .listen(
                                sockets.resolve(number),
                                FIRST_FRAMES,
                                link -> new Greeting(link, token, child.greeted));
                LogDoor logs = LogDoor.open(sockets.resolve(number + "l"))) {
            worker.send(Kind.FORK, order(number, token), Bytes.empty());
            Greeting greeting = await(child);
            Cell cell = adopt(greeting, child);
            for (int i = 0; i < STREAMS; i++) {
                written.add(logs.accept());
            }
            Worker forked = worker(number, greeting, cell, written);
            forked.took("fork", begun, System.nanoTime());
            return forked;
        } finally {
            child.greeted.completeExceptionally(new IOException("It was given up"));
        }
    }

    private Cell adopt(Greeting greeting, Child child) throws IOException {
        try {
            return yard.sandbox().adopt(worker.cell(), greeting.pid(), child.status);
        } catch (IOException e) {
            greeting.link().close();
            throw e;
        }
    }

    private byte[] order(String number, String token) {
        return new JsonText()
                .object()
                .field("child", number)
                .field("socket", Layout.SOCKETS.resolve(number).toString())
                .field("logs", Layout.SOCKETS.resolve(number + "l").toString())
                .field("token", token)
                .end()
                .utf8();
    }

    private Greeting await(Child child) throws IOException, InterruptedException {
        try {
            CompletableFuture.anyOf(child.greeted, child.status)
                    .get(yard.settings().startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "it did not say hello within " + yard.settings().startTimeout(), e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
        Greeting greeting = child.greeted.getNow(null);
        if (greeting == null) {
            throw new IOException("it ended with status " + child.status.join());
        }
        return greeting;
    }

    private Worker worker(String number, Greeting greeting, Cell cell, List<InputStream> written) {
        AtomicReference<Worker> made = new AtomicReference<>();
        Redaction redaction = new Redaction();
        Pipes pipes = new Pipes(
                written, redaction, yard.settings().logs(), what -> made.get().misbehaved(what));
        made.set(new Worker(yard, worker.room(), cell, greeting.link(), pipes, redaction, () -> {
            yard.logs().leave(pipes);
            written.forEach(Template::close);
            left(number);
        }));
        greeting.then(made.get());
        yard.logs().watch(pipes);
        yard.logs().watch(made.get());
        return made.get();
    }

    private void left(String number) {
        used = System.nanoTime();
        children.remove(number);
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, and all that was made of it. Closing twice does nothing. */
    @Override
    public void close() {
        worker.close();
    }
}
