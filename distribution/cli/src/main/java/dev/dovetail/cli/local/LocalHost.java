package dev.dovetail.cli.local;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.node.StringNode;

/**
 * What a function that runs here may ask: time, chance, sleep, outgoing requests and the secrets of the command line. What
 * needs the server is refused in words. Calls that take time are under way at once, each on a thread of its own.
 */
final class LocalHost implements Host, AutoCloseable {
    private static final String NO_STREAM = "This call was not made as a stream; run it with --stream";

    private final Listener listener;
    private final Schemas schemas;
    private final LocalSecrets secrets;
    private final LocalHttp http;
    private final Optional<Iterator<Bytes>> pieces;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Map<String, String> randoms = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private long tickets;
    private volatile boolean dead;

    /**
     * @param pieces of its input, if the call is a stream
     */
    LocalHost(Listener listener, Schemas schemas, LocalSecrets secrets, Optional<List<Bytes>> pieces) {
        this.pieces = pieces.map(List::iterator);
        this.listener = listener;
        this.schemas = schemas;
        this.secrets = secrets;
        this.http = new LocalHttp(schemas, secrets);
    }

    @Override
    public long ask(long scope, HostCall call, Place place) throws InterruptedException {
        alive();
        long ticket = ++tickets;
        switch (call) {
            case HostCall.Now _ ->
                answer(ticket, text(Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()));
            case HostCall.Random random ->
                answer(
                        ticket,
                        text(random.label()
                                .map(label -> randoms.computeIfAbsent(label, _ -> random()))
                                .orElseGet(LocalHost::random)));
            case HostCall.ReadSecret secret -> answer(ticket, read(secret.name()));
            case HostCall.Sleep sleep ->
                begin(ticket, () -> {
                    Thread.sleep(sleep.duration());
                    return new HostReply.Value(Schemas.NULL);
                });
            case HostCall.Http request -> begin(ticket, () -> http.send(request));
            case HostCall.Invoke invoke ->
                answer(
                        ticket,
                        refused(
                                Fault.UNSUPPORTED,
                                "A function that runs locally cannot call another one (\"" + invoke.callable()
                                        + "\"): deploy both, or try them with: dovetail dev"));
            case HostCall.Step _, HostCall.StepDone _, HostCall.AwaitEvent _ ->
                answer(ticket, refused(Fault.UNSUPPORTED, "Steps and events need a durable execution, so a server"));
            case HostCall.Read _ -> answer(ticket, piece());
            case HostCall.Chunk chunk -> answer(ticket, sent(chunk));
            case HostCall.Other other ->
                answer(
                        ticket,
                        refused(
                                Fault.UNSUPPORTED,
                                "The host function \"" + other.name() + "\" needs a server: deploy the function"));
        }
        return ticket;
    }

    private HostReply piece() {
        if (pieces.isEmpty()) {
            return refused(Fault.UNSUPPORTED, NO_STREAM);
        }
        Iterator<Bytes> left = pieces.get();
        return new HostReply.Value(
                left.hasNext() ? Bytes.utf8("{\"data\":" + left.next().text() + "}") : Schemas.NULL);
    }

    private HostReply sent(HostCall.Chunk chunk) {
        if (pieces.isEmpty()) {
            return refused(Fault.UNSUPPORTED, NO_STREAM);
        }
        listener.chunk(chunk.data());
        return new HostReply.Value(Schemas.NULL);
    }

    private interface Task {
        HostReply run() throws InterruptedException;
    }

    private void begin(long ticket, Task task) {
        threads.add(Thread.ofVirtual().name("host").start(() -> {
            try {
                answer(ticket, task.run());
            } catch (InterruptedException _) {
                // the call has ended, and nobody waits for it
            } catch (RuntimeException e) {
                answer(
                        ticket,
                        new HostReply.Refused(Fault.of(Fault.PLATFORM, Owner.PLATFORM, "The host failed: " + e)));
            }
        }));
    }

    private void answer(long ticket, HostReply reply) {
        answers.add(new Answer.Reply(ticket, reply));
    }

    private HostReply read(String name) {
        return secrets.find(name)
                .<HostReply>map(secret -> new HostReply.Value(schemas.bytes(StringNode.valueOf(secret.reveal()))))
                .orElseGet(() -> refused(
                        Fault.NOT_FOUND,
                        "There is no secret \"" + name + "\": give it with --secret " + name + "=..."));
    }

    private static HostReply refused(String id, String message) {
        return new HostReply.Refused(Fault.of(id, Owner.FUNCTION, message));
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
        return answers.take();
    }

    @Override
    public void tell(HostNote note) {
        alive();
        switch (note) {
            case HostNote.Log log -> listener.log(log);
            case HostNote.Progress progress -> listener.progress(progress);
            case HostNote.Measure _ -> {}
        }
    }

    @Override
    public boolean replaying() {
        return false;
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException("This host is dead: its call has returned");
        }
    }

    /** Ends what is still under way: the call has returned. */
    @Override
    public void close() {
        dead = true;
        threads.forEach(Thread::interrupt);
        http.close();
    }
}
