package dev.dovetail.kernel.http;

import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Logs as server-sent events: each line is an event whose id is the execution's and the line's number. */
final class LogStreams {
    private static final int WAITING = 1000;
    private static final long HEARTBEAT_SECONDS = 15;
    private static final long LOOK_SECONDS = 1;
    private static final long GLANCE_MILLIS = 300;

    private final Records records;
    private final Views views;
    private final Schemas schemas;
    private volatile boolean closed;

    LogStreams(Records records, Views views, Schemas schemas) {
        this.records = records;
        this.views = views;
        this.schemas = schemas;
    }

    /** Looks how an execution's log is now. */
    interface Looking {
        Optional<ExecutionLogs.Now> find() throws InterruptedException;
    }

    /**
     * Sends the lines of one execution as they are logged, and how it ended.
     *
     * @param from how many of its lines the client has
     */
    void follow(Exchange x, String id, int from, Looking looking) throws IOException, InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        try (Records.Listening _ = records.listen(each -> {
                    if (each.id().equals(id)) {
                        over.countDown();
                    }
                });
                OutputStream out = x.stream("text/event-stream")) {
            int sent = from;
            long said = System.nanoTime();
            while (!closed) {
                boolean ended = over.getCount() == 0;
                Optional<ExecutionLogs.Now> now = looking.find();
                if (now.isEmpty()) {
                    return;
                }
                List<ObjectNode> lines = now.get().lines();
                for (; sent < lines.size(); sent++) {
                    event(out, Optional.of(id + "/" + sent), "log", lines.get(sent));
                    said = System.nanoTime();
                }
                if (now.get().end().isPresent()) {
                    event(out, Optional.empty(), "end", now.get().end().get());
                    return;
                }
                if (System.nanoTime() - said > TimeUnit.SECONDS.toNanos(HEARTBEAT_SECONDS)) {
                    out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                    said = System.nanoTime();
                }
                out.flush();
                // an end wakes whoever waits; what it has ended as is found a moment later
                if (ended) {
                    Thread.sleep(20);
                } else {
                    over.await(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private void event(OutputStream out, Optional<String> id, String kind, ObjectNode json) throws IOException {
        out.write((id.map(text -> "id: " + text + "\n").orElse("") + "event: " + kind + "\ndata: ")
                .getBytes(StandardCharsets.UTF_8));
        out.write(schemas.write(json));
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the lines of executions as they end, until the client leaves. */
    void follow(Exchange x, Predicate<Execution> wanted) throws IOException, InterruptedException {
        BlockingQueue<Execution> ended = new ArrayBlockingQueue<>(WAITING);
        AtomicLong missed = new AtomicLong();
        try (Records.Listening _ = records.listen(each -> {
                    if (wanted.test(each) && !ended.offer(each)) {
                        missed.incrementAndGet(); // a client that reads slowly holds nobody up
                    }
                });
                OutputStream out = x.stream("text/event-stream")) {
            out.write(": following\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            int quiet = 0;
            while (!closed) {
                Execution execution = ended.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                long lost = missed.getAndSet(0);
                if (lost > 0) {
                    out.write(("event: missed\ndata: {\"executions\":" + lost + "}\n\n")
                            .getBytes(StandardCharsets.UTF_8));
                }
                if (execution == null) {
                    quiet++;
                    if (quiet % HEARTBEAT_SECONDS == 0) {
                        out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                    }
                } else {
                    send(out, execution);
                }
                out.flush();
            }
        }
    }

    /** Ends all that follow, so that nobody waits for them. */
    void close() {
        closed = true;
    }

    private void send(OutputStream out, Execution execution) throws IOException {
        int number = 0;
        for (Execution.LogLine line : execution.logs()) {
            event(out, Optional.of(execution.id() + "/" + number++), "log", views.logLine(execution, line));
        }
    }
}
