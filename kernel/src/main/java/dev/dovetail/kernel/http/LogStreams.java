package dev.dovetail.kernel.http;

import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Logs as server-sent events: each line is an event whose id is the execution's and the line's number. */
final class LogStreams {
    private static final int WAITING = 1000;
    private static final long HEARTBEAT_SECONDS = 15;
    private static final long LOOK_SECONDS = 1;

    private final Records records;
    private final Views views;
    private final Schemas schemas;
    private volatile boolean closed;

    LogStreams(Records records, Views views, Schemas schemas) {
        this.records = records;
        this.views = views;
        this.schemas = schemas;
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
                    int number = 0;
                    for (Execution.LogLine line : execution.logs()) {
                        send(out, execution.id(), number++, views.logLine(execution, line));
                    }
                }
                out.flush();
            }
        }
    }

    /** Ends all that follow, so that nobody waits for them. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** Sends one line. */
    void send(OutputStream out, String execution, int number, ObjectNode line) throws IOException {
        out.write(("id: " + execution + "/" + number + "\nevent: log\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.write(schemas.write(line));
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
    }

    /** Sends that there are no more, with what became of the execution. */
    void end(OutputStream out, Execution execution) throws IOException {
        out.write("event: end\ndata: ".getBytes(StandardCharsets.UTF_8));
        out.write(schemas.write(views.summary(execution)));
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
    }
}
