package dev.dovetail.kernel.host;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.StreamLog;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The host of a call that is not durable: nothing is journaled, answers come in the order in which they are there. What takes
 * time is done on a virtual thread for each ticket, so that several are under way at once.
 */
public final class PlainHost implements LiveHost {
    private static final int MOST_OPEN = 64;

    /** How long what is told to stop may take to: executors promise a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Running running;
    private final Hosts hosts;
    private final Optional<String> effects;
    private final Notes notes;
    private final Optional<StreamLog> log;
    private final Optional<Keeping> keeping;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<String, String> randoms = new ConcurrentHashMap<>(0);
    private Optional<Waits> waits = Optional.empty();
    private long tickets;
    private int effect;
    private long reads;
    private volatile boolean reading;
    private volatile Optional<Registering> registering = Optional.empty();
    private volatile Optional<Answer> dismissed = Optional.empty();
    private volatile boolean dead;

    /** What only calls have that ask for something: most ask for nothing. */
    private record Waits(BlockingQueue<Answer> answers, Set<Thread> threads) {
        Waits() {
            this(new LinkedBlockingQueue<>(), ConcurrentHashMap.newKeySet());
        }
    }

    /**
     * @param effects what names the effects of this call, so that its repetition has the same names; empty if it has none
     * @param log where what is sent goes, if the call's answer is streamed
     * @param keeping keeps what is registered to be called if the call fails, if that may be
     */
    PlainHost(
            Running running,
            Hosts hosts,
            Optional<String> effects,
            Optional<StreamLog> log,
            Optional<Keeping> keeping) {
        this.keeping = keeping;
        this.effects = effects;
        this.log = log;
        this.running = running;
        this.hosts = hosts;
        this.notes = hosts.notes(running);
    }

    @Override
    public long ask(long scope, HostCall call, Place place) throws InterruptedException {
        alive();
        long ticket = ++tickets;
        Waits here = waits.orElseGet(Waits::new);
        waits = Optional.of(here);
        switch (call) {
            case HostCall.Now now ->
                answer(
                        here,
                        ticket,
                        text(hosts.clock()
                                .instant()
                                .truncatedTo(ChronoUnit.MILLIS)
                                .toString()));
            case HostCall.Random random ->
                answer(
                        here,
                        ticket,
                        text(random.label()
                                .map(label -> randoms.computeIfAbsent(label, any -> hosts.random()))
                                .orElseGet(hosts::random)));
            // at once: they have the order in which they are asked, also if nobody waits for the answer
            case HostCall.Other other
            when keeping.isPresent() && Registering.is(other) -> answer(here, ticket, register(other));
            default -> {
                if (open.incrementAndGet() > MOST_OPEN) {
                    open.decrementAndGet();
                    answer(
                            here,
                            ticket,
                            Hosts.refused(
                                    Fault.QUOTA_EXCEEDED,
                                    "More than " + MOST_OPEN + " calls are open at once; await some first"));
                } else {
                    begin(here, ticket, log.isPresent() ? streamed(log.get(), call) : plain(call));
                }
            }
        }
        return ticket;
    }

    private HostReply register(HostCall.Other call) throws InterruptedException {
        Registering mine = registering.orElseGet(() -> new Registering(hosts, keeping.orElseThrow()));
        registering = Optional.of(mine);
        return mine.register(running, call.arguments());
    }

    /** What answers a call. */
    private interface Errand {
        HostReply run() throws InterruptedException;
    }

    private Errand plain(HostCall call) {
        int number = effect++;
        Optional<String> named = effects.map(name -> name + "/" + number);
        return () -> hosts.answer(running, call, named);
    }

    /** Pieces have their order from here: whoever waits for them does so beside others. */
    private Errand streamed(StreamLog stream, HostCall call) {
        return switch (call) {
            case HostCall.Chunk chunk -> {
                StreamLog.Piece piece = stream.offer(chunk.data(), Optional.empty());
                yield () -> {
                    HostReply reply = piece.settle();
                    stream.stopped().ifPresent(why -> dismissed = Optional.of(new Answer.Stop(why)));
                    return reply;
                };
            }
            case HostCall.Read _ -> {
                if (reading) {
                    yield () -> Hosts.refused(Fault.UNSUPPORTED, "Another read is open; await it first");
                }
                reading = true;
                long number = ++reads;
                yield () -> {
                    try {
                        return hosts.streams()
                                .inputs()
                                .take(running.principal().tenant(), running.executionId(), number);
                    } finally {
                        reading = false;
                    }
                };
            }
            default -> plain(call);
        };
    }

    private void begin(Waits here, long ticket, Errand errand) {
        Thread thread = hosts.thread(() -> {
            try {
                HostReply reply = errand.run();
                open.decrementAndGet();
                Optional<Answer> stop = dismissed;
                if (stop.isPresent()) {
                    here.answers.add(stop.get());
                } else {
                    answer(here, ticket, reply);
                }
            } catch (InterruptedException e) {
                // whoever asked has left
            } catch (Schemas.Malformed e) {
                refuse(here, ticket, Hosts.noJson(e));
            } catch (RuntimeException e) {
                refuse(here, ticket, Fault.of(Fault.PLATFORM, Owner.PLATFORM, "The host failed: " + e));
            } finally {
                here.threads.remove(Thread.currentThread());
            }
        });
        here.threads.add(thread);
        thread.start();
    }

    private void refuse(Waits here, long ticket, Fault fault) {
        open.decrementAndGet();
        answer(here, ticket, new HostReply.Refused(fault));
    }

    private static void answer(Waits here, long ticket, HostReply reply) {
        here.answers.add(new Answer.Reply(ticket, reply));
    }

    private static HostReply text(String text) {
        return new HostReply.Value(Bytes.utf8("\"" + text + "\""));
    }

    @Override
    public Answer next() throws InterruptedException {
        alive();
        Optional<Answer> stop = dismissed;
        if (stop.isPresent()) {
            return stop.get();
        }
        return waits.orElseThrow(() -> new IllegalStateException("next() with no ticket open"))
                .answers
                .take();
    }

    @Override
    public void tell(HostNote note) {
        alive();
        notes.take(note);
        if (note instanceof HostNote.Progress said) {
            log.ifPresent(stream ->
                    stream.progress(said.fraction(), running.disclosed().conceal(said.message())));
        }
    }

    @Override
    public void print(String line) {
        if (!dead) {
            notes.print(line);
        }
    }

    @Override
    public Fault conceal(Fault fault) {
        return running.disclosed().conceal(fault);
    }

    @Override
    public Optional<Answer> dismissed() {
        return dismissed;
    }

    @Override
    public boolean replaying() {
        return false;
    }

    @Override
    public List<Compensation> registered() {
        return registering.map(Registering::unkept).orElse(List.of());
    }

    @Override
    public Notes notes() {
        return notes;
    }

    @Override
    public void end() {
        dead = true;
        if (waits.isEmpty() || waits.get().threads.isEmpty()) {
            return;
        }
        Set<Thread> threads = waits.get().threads;
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (Thread each : threads) {
            while (each.isAlive() && System.nanoTime() < until) {
                try {
                    each.join(PATIENCE);
                } catch (InterruptedException e) {
                    interrupted = true; // told to stop, which it is doing
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException("This host is dead: its call has returned");
        }
    }
}
