package dev.dovetail.kernel.host;

import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The host of a call that is not durable: nothing is journaled, answers come in the order in which they are there. What takes
 * time is done on a virtual thread for each ticket, so that several are under way at once.
 */
public final class PlainHost implements Host {
    private static final int MOST_LINES = 1000;
    private static final int MOST_LOGGED = 64 * 1024;
    private static final int MOST_OPEN = 64;

    /** How long what is told to stop may take to: executors promise a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Running running;
    private final Hosts hosts;
    private final List<LogLine> logs = new ArrayList<>(0);
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<String, String> randoms = new ConcurrentHashMap<>(0);
    private Optional<Waits> waits = Optional.empty();
    private int logged;
    private long tickets;
    private volatile boolean dead;
    private volatile HostNote.Progress progress = new HostNote.Progress(0, "");

    /** What only calls have that ask for something: most ask for nothing. */
    private record Waits(BlockingQueue<Answer> answers, Set<Thread> threads) {
        Waits() {
            this(new LinkedBlockingQueue<>(), ConcurrentHashMap.newKeySet());
        }
    }

    PlainHost(Running running, Hosts hosts) {
        this.running = running;
        this.hosts = hosts;
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
                                .map(label -> randoms.computeIfAbsent(label, any -> random()))
                                .orElseGet(PlainHost::random)));
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
                    begin(here, ticket, call);
                }
            }
        }
        return ticket;
    }

    private void begin(Waits here, long ticket, HostCall call) {
        Thread thread = hosts.thread(() -> {
            try {
                HostReply reply = hosts.answer(running, call);
                open.decrementAndGet();
                answer(here, ticket, reply);
            } catch (InterruptedException e) {
                // whoever asked has left
            } catch (RuntimeException e) {
                open.decrementAndGet();
                answer(
                        here,
                        ticket,
                        new HostReply.Refused(Fault.of(Fault.PLATFORM, Owner.PLATFORM, "The host failed: " + e)));
            } finally {
                here.threads.remove(Thread.currentThread());
            }
        });
        here.threads.add(thread);
        thread.start();
    }

    private static void answer(Waits here, long ticket, HostReply reply) {
        here.answers.add(new Answer.Reply(ticket, reply));
    }

    private static HostReply text(String text) {
        return new HostReply.Value(Bytes.utf8("\"" + text + "\""));
    }

    private static String random() {
        byte[] bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public Answer next() throws InterruptedException {
        alive();
        return waits.orElseThrow(() -> new IllegalStateException("next() with no ticket open"))
                .answers
                .take();
    }

    @Override
    public void tell(HostNote note) {
        alive();
        switch (note) {
            case HostNote.Log log -> log(log);
            case HostNote.Progress said -> progress = said;
            case HostNote.Measure measure -> {}
        }
    }

    private void log(HostNote.Log log) {
        synchronized (logs) {
            if (logs.size() >= MOST_LINES || logged >= MOST_LOGGED) {
                return;
            }
            String message = running.disclosed().conceal(log.message());
            String fields = running.disclosed().conceal(log.fields().text());
            int room = MOST_LOGGED - logged;
            if (message.length() + fields.length() > room) {
                message = message.substring(0, Math.min(message.length(), room)) + "...";
                fields = "{}";
                logged = MOST_LOGGED;
            }
            logged += message.length() + fields.length();
            logs.add(new LogLine(hosts.clock().instant(), level(log.level()), message, fields));
            if (logs.size() == MOST_LINES || logged >= MOST_LOGGED) {
                logs.add(new LogLine(
                        hosts.clock().instant(), "warning", "Further lines of this execution are not kept", "{}"));
            }
        }
    }

    /** A line that the code wrote to its standard streams. */
    public void print(String line) {
        if (!dead) {
            log(new HostNote.Log(System.Logger.Level.INFO, line, Bytes.utf8("{}")));
        }
    }

    /** This without the secrets that the call was told. */
    public Fault conceal(Fault fault) {
        return running.disclosed().conceal(fault);
    }

    private static String level(System.Logger.Level level) {
        return level.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public boolean replaying() {
        return false;
    }

    /** What was logged so far. */
    public List<LogLine> logs() {
        synchronized (logs) {
            return List.copyOf(logs);
        }
    }

    /** What the code last said of how far it is. */
    public HostNote.Progress progress() {
        return progress;
    }

    /**
     * Ends everything that is still under way, and returns when it has ended: what the code began is not left running behind
     * an answer. The code gets no answer any more.
     */
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
