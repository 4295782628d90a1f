package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.log.LogWatch;
import dev.dovetail.worker.log.Pipes;
import dev.dovetail.worker.log.Redaction;
import dev.dovetail.worker.sandbox.Cell;
import dev.dovetail.worker.wire.Frame;
import dev.dovetail.worker.wire.Kind;
import dev.dovetail.worker.wire.Link;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A process that speaks the protocol: greeted, perhaps loaded, with the calls that run in it. Thread-safe. */
final class Worker implements Link.Ear, LogWatch.Looked, AutoCloseable {
    private static final long STILL_TO_READ_MS = 200;

    private final Yard yard;
    private final Layout.Room room;
    private final Cell cell;
    private final Meter meter;
    private final Link link;
    private final Vigil vigil;
    private final Remains remains;
    private final Pipes pipes;
    private final Redaction redaction;
    private final List<Instance.Stage> stages = new CopyOnWriteArrayList<>();
    private final Map<String, Exchange> calls = new ConcurrentHashMap<>();
    private final Handover handover = new Handover();
    private final AtomicReference<Optional<Ending>> ending = new AtomicReference<>(Optional.empty());
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private volatile int atOnce = 1;
    private volatile boolean leaves;
    private volatile Children children = header -> misbehaved("it speaks of a child that it was not asked for");

    /** Hears what became of processes that the worker made of itself. */
    interface Children {
        void accept(Fields header) throws NotJson;
    }

    void children(Children ears) {
        children = ears;
    }

    /** @param leave takes away what belonged to it, once */
    Worker(Yard yard, Layout.Room room, Cell cell, Link link, Pipes pipes, Redaction redaction, Runnable leave) {
        this.yard = yard;
        this.room = room;
        this.cell = cell;
        this.meter = new Meter(cell);
        this.link = link;
        this.pipes = pipes;
        this.redaction = redaction;
        this.vigil = new Vigil(link);
        this.remains = new Remains(cell, pipes, () -> {
            yard.logs().leave(this);
            leave.run();
        });
        // a child of the process may hold the link open, so that it is not told by the link
        cell.ended().thenAccept(end -> yard.later(() -> awaitLink(end)));
    }

    private void awaitLink(Cell.End end) throws InterruptedException {
        try {
            ended.get(STILL_TO_READ_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            end(new Ending(Ending.Cause.GONE, end.said()));
        }
    }

    void took(String stage, long since, long until) {
        stages.add(new Instance.Stage(stage, Duration.ofNanos(until - since)));
    }

    /** What happened before somebody waited for it does not count. */
    void forgetStages() {
        stages.clear();
    }

    /** What came before its own start. */
    void after(List<Instance.Stage> earlier) {
        stages.addAll(0, earlier);
    }

    List<Instance.Stage> stages() {
        return List.copyOf(stages);
    }

    Layout.Room room() {
        return room;
    }

    Cell cell() {
        return cell;
    }

    Pipes pipes() {
        return pipes;
    }

    Redaction redaction() {
        return redaction;
    }

    Yard yard() {
        return yard;
    }

    /** Hands the code over, and what was made of it before, and waits until it is loaded. */
    Handover.Loaded load(byte[] init, Bytes kept, boolean makes, int mostBytes) throws InterruptedException {
        long begun = System.nanoTime();
        link.allow(mostBytes);
        handover.begin(makes);
        try {
            link.send(Kind.INIT, init, kept);
        } catch (IOException e) {
            end(new Ending(Ending.Cause.GONE, "closed the link"));
        }
        try {
            CompletableFuture.anyOf(handover.loaded(), ended)
                    .get(yard.settings().startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            end(new Ending(
                    Ending.Cause.MISBEHAVED,
                    "it took longer than " + yard.settings().startTimeout().toMillis() / 1000.0 + " s"));
        } catch (ExecutionException e) {
            throw new IllegalStateException("A worker's start failed", e.getCause());
        }
        took("load", begun, System.nanoTime());
        meter.restart();
        return handover.known();
    }

    /** Begins a call; what the worker says of it from now on goes there. */
    void begin(String call, Exchange exchange) {
        calls.put(call, exchange);
        Optional<Ending> over = ending.get();
        over.ifPresent(exchange::over);
    }

    void done(String call) {
        calls.remove(call);
    }

    /** How many calls it takes at once. */
    int atOnce() {
        return atOnce;
    }

    void takes(int callsAtOnce) {
        atOnce = callsAtOnce;
    }

    void send(Kind kind, byte[] header, Bytes payload) throws IOException, InterruptedException {
        link.send(kind, header, payload);
    }

    /** Why it is no more. */
    Ending ending() {
        return ending.get().orElseThrow(() -> new IllegalStateException("The worker has not ended"));
    }

    boolean alive() {
        return ending.get().isEmpty();
    }

    /** Whether calls may be begun: not if it has said that it ends. */
    boolean takesCalls() {
        return alive() && !leaves;
    }

    @Override
    public boolean look() {
        Instant now = yard.context().clock().instant();
        if (calls.values().stream().anyMatch(call -> call.overdue(now)) && vigil.begins()) {
            yard.later(() -> {
                if (!vigil.ask()) {
                    misbehaved(Vigil.words());
                }
            });
        }
        if (link.stalls()) {
            misbehaved("it kept back the rest of a frame for which others wait");
        }
        return false;
    }

    @Override
    public void heard(Frame frame) {
        vigil.heard();
        boolean passed = false;
        try {
            Fields header = Fields.read(frame.header());
            switch (frame.kind()) {
                case READY -> handover.ready(header);
                case MADE -> handover.made(frame.payload(), this::misbehaved);
                case ERROR -> {
                    if (header.has("call")) {
                        leaves |= header.flag("leaves"); // before the call ends, so that no other is begun
                        passed = pass(frame, header);
                    } else {
                        handover.failed(header);
                    }
                }
                case RESULT, NOTE, ASK, NEXT -> passed = pass(frame, header);
                case CHILD -> children.accept(header);
                case PONG -> {}
                default -> misbehaved("it sent a frame of kind " + frame.kind() + " after it was greeted");
            }
        } catch (NotJson e) {
            misbehaved("the header of a frame of kind " + frame.kind() + ": " + e.getMessage());
        } finally {
            if (!passed) {
                frame.done().run();
            }
        }
    }

    /** Answers whether somebody has taken the frame over. */
    private boolean pass(Frame frame, Fields header) throws NotJson {
        String call = header.text("call");
        if (frame.kind() == Kind.NOTE && header.text("note", "").equals("line")) {
            pipes.line(Optional.ofNullable(calls.get(call)).map(Exchange::execution), header.text("text"));
            return false;
        }
        Exchange exchange = calls.get(call);
        // what comes for a call that has ended is of no interest to anybody
        if (exchange != null && !exchange.heard(frame, header)) {
            misbehaved("it asks faster than it can be answered");
        }
        return exchange != null;
    }

    @Override
    public void lost(String why) {
        boolean left = why.startsWith("it closed") || why.startsWith("the link broke");
        end(new Ending(left ? Ending.Cause.GONE : Ending.Cause.MISBEHAVED, left ? "closed the link" : why));
    }

    /** Ends it because of what it did. */
    void misbehaved(String what) {
        end(new Ending(Ending.Cause.MISBEHAVED, what));
    }

    /** The first reason counts; whoever waits for the worker is told it, and the process is killed meanwhile. */
    void end(Ending why) {
        if (ending.compareAndSet(Optional.empty(), Optional.of(why))) {
            link.close();
            ended.complete(why);
            calls.values().forEach(each -> each.over(why));
            switch (why.cause()) {
                case CLOSED -> {} // by somebody who waits for it to be gone
                case GONE -> yard.later(remains::letGo);
                case MISBEHAVED, STUCK -> yard.later(remains::remove);
            }
        }
    }

    /** What a call fails with that the end cut short. Waits for the process to have gone. */
    Fault fault(Ending why) {
        return remains.fault(why, yard.language(), room.limits().memoryMb());
    }

    Outcome.Usage usage(long saidMicros, long elapsedNanos) {
        return meter.usage(saidMicros, elapsedNanos, atOnce == 1);
    }

    /** Kills it at once and waits until nothing is left. Closing twice does nothing. */
    @Override
    public void close() {
        end(new Ending(Ending.Cause.CLOSED, "was closed"));
        remains.remove();
    }
}
