package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.worker.host.Questions;
import dev.dovetail.worker.host.Replies;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.wire.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * What a call asks of the host, and the answers on their way back. Questions are asked by the caller's thread; answers are
 * taken by a thread of its own, which is started when the worker first wants one, because code may ask on while it waits.
 */
final class Answers {
    private final Host host;
    private final Exchange exchange;
    private final Worker worker;
    private final Map<String, Secret> secrets;
    private final Semaphore wanted = new Semaphore(0);
    private final Map<Long, Asked> open = new HashMap<>();
    private final Deque<Ready> ready = new ArrayDeque<>();
    private final Map<Long, Fault> refused = new HashMap<>();
    private int owed;

    /** Whether the worker believes that it is answered from the journal. Of the thread that answers. */
    private boolean replaying;

    private Optional<Thread> thread = Optional.empty();

    /** A question of the worker's that the host has. */
    private record Asked(long ask, boolean secret) {}

    /** An answer that needs no host. */
    private record Ready(long ask, HostReply reply) {}

    Answers(Host host, boolean replaying, Exchange exchange, Worker worker, Map<String, Secret> secrets) {
        this.host = host;
        this.replaying = replaying;
        this.exchange = exchange;
        this.worker = worker;
        this.secrets = secrets;
    }

    void ask(Fields header, Bytes payload) throws NotJson, InterruptedException {
        long ask = header.number("ask");
        HostCall asked = Questions.call(header, payload, exchange::fault);
        Optional<Secret> given = asked instanceof HostCall.ReadSecret(String name)
                ? Optional.ofNullable(secrets.get(name))
                : Optional.empty();
        if (given.isPresent()) {
            // it came with the call, and was hidden then
            HostReply reply = new HostReply.Value(
                    new JsonText().value(given.get().reveal()).bytes());
            synchronized (open) {
                ready.add(new Ready(ask, reply));
            }
            return;
        }
        long ticket = host.ask(header.number("scope", Host.MAIN), asked, Questions.place(header));
        synchronized (open) {
            open.put(ticket, new Asked(ask, asked instanceof HostCall.ReadSecret));
            open.notifyAll();
        }
    }

    /** The worker has run as far as it can without another answer. */
    void wanted() throws NotJson {
        synchronized (open) {
            if (open.size() + ready.size() <= owed) {
                throw new NotJson("an answer is wanted, and no question is open");
            }
            owed++;
        }
        if (thread.isEmpty()) {
            thread = Optional.of(worker.yard().context().threads().newThread(this::run));
            thread.get().start();
        }
        wanted.release();
    }

    /** What the host refused this question with. */
    Optional<Fault> refused(long ask) {
        synchronized (open) {
            return Optional.ofNullable(refused.get(ask));
        }
    }

    private void run() {
        try {
            while (true) {
                wanted.acquire();
                Optional<Ready> own;
                synchronized (open) {
                    own = Optional.ofNullable(ready.poll());
                    owed -= own.isPresent() ? 1 : 0;
                }
                if (own.isPresent()) {
                    reply(own.get().ask(), own.get().reply());
                } else {
                    switch (host.next()) {
                        case Answer.Reply(long ticket, HostReply reply) -> reply(ticket(ticket), reply);
                        case Answer.Suspend suspend -> exchange.leave(suspend);
                        case Answer.Stop stop -> exchange.leave(stop);
                    }
                }
            }
        } catch (InterruptedException | IOException e) {
            // the call has ended, or the worker has, which the caller hears from elsewhere
        } catch (RuntimeException e) {
            exchange.broken(e);
        }
    }

    private Asked ticket(long ticket) throws InterruptedException {
        synchronized (open) {
            while (!open.containsKey(ticket)) {
                open.wait(); // answered before the caller's thread could write it down
            }
            owed--;
            return open.remove(ticket);
        }
    }

    private void reply(Asked asked, HostReply reply) throws IOException, InterruptedException {
        if (asked.secret() && reply instanceof HostReply.Value(Bytes json)) {
            hide(json);
        }
        reply(asked.ask(), reply);
    }

    private void reply(long ask, HostReply reply) throws IOException, InterruptedException {
        if (reply instanceof HostReply.Refused(Fault fault)) {
            synchronized (open) {
                refused.put(ask, fault);
            }
        }
        boolean live = replaying && !host.replaying();
        replaying = replaying && !live;
        worker.send(Kind.REPLY, Replies.header(exchange.call(), ask, reply, live), Replies.payload(reply));
    }

    private void hide(Bytes json) {
        try {
            if (Json.read(json.toArray()) instanceof String secret) {
                worker.redaction().hide(secret);
            }
        } catch (NotJson e) {
            throw new IllegalStateException("The host answered with what is " + e.getMessage(), e);
        }
    }

    /** The host is not asked any more once this has returned. */
    void end() {
        if (thread.isEmpty()) {
            return;
        }
        thread.get().interrupt();
        boolean interrupted = false;
        while (thread.get().isAlive()) {
            try {
                thread.get().join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
