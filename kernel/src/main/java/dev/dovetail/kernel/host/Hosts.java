package dev.dovetail.kernel.host;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Reading;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.StreamLog;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.database.Database;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.StringNode;

/** Makes the host of each call. Thread-safe. */
public final class Hosts implements AutoCloseable {
    /** What code is told that would stream, of a call whose caller wants one answer. */
    public static final String NOT_STREAMED = "This call was not made as a stream";

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final Calls calls;
    private final Named named;
    private final Measures measures;
    private final Outbound outbound;
    private final Secrets secrets;
    private final Queries queries;
    private final NativeCalls natives;
    private final Streams streams;
    private final Schemas schemas;
    private final ThreadFactory threads;
    private final InstantSource clock;

    /**
     * @param calls how a function calls a function
     * @param named what may be asked besides, by name
     * @param measures where what code measures goes
     * @param outbound where functions may send requests
     * @param databases what functions may query, by name
     * @param executors has the native modules whose functions they may call, by slot
     * @param traces carries on the trace of a call, by its traceparent
     * @param streams what streamed calls send and are sent
     * @param threads makes the virtual threads on which calls that take time are made
     */
    public Hosts(
            Calls calls,
            Named named,
            Measures measures,
            Way outbound,
            Secrets secrets,
            Supplier<Map<Name, Slot<Database>>> databases,
            Function<Name, Optional<Slot<Executor>>> executors,
            Function<String, Trace> traces,
            Streams streams,
            Schemas schemas,
            ThreadFactory threads,
            InstantSource clock) {
        this.calls = calls;
        this.named = named;
        this.measures = measures;
        this.secrets = secrets;
        this.queries = new Queries(databases, schemas, clock);
        this.outbound = new Outbound(
                Guard.of(outbound.allowed),
                new Breakers(new Breakers.Rule(outbound.percent, outbound.calls, outbound.window, outbound.pause)),
                secrets,
                schemas);
        this.streams = streams;
        this.schemas = schemas;
        this.threads = threads;
        this.clock = clock;
        this.natives = new NativeCalls(executors, traces, this, schemas);
    }

    /**
     * Where functions may send requests, and when they are held back from a place that fails.
     *
     * @param allowed hosts, addresses and networks that functions may call although they are not public
     * @param percent of the requests that fail; above 100 none is held back
     * @param calls so many at the least
     * @param window in this time
     * @param pause how long the place is left alone
     */
    public record Way(List<String> allowed, int percent, int calls, Duration window, Duration pause) {}

    /** A function calls a function: implemented above, where functions are called. */
    public interface Calls {
        /** Makes the call as the caller's, and waits for its answer unless it is asynchronous. */
        HostReply invoke(Running caller, HostCall.Invoke call) throws InterruptedException;

        /** Why the caller may not have this called, if it may not. */
        Optional<Fault> refuses(Running caller, Compensation it) throws InterruptedException;
    }

    /** Host functions of the storeys above, by name. */
    public interface Named {
        /**
         * @param effect as for {@link Hosts#answer}
         * @return empty if there is none of this name and version
         */
        Optional<HostReply> answer(Running running, HostCall.Other call, Optional<String> effect)
                throws InterruptedException;
    }

    /** Where what code measures goes. */
    public interface Measures {
        /** @return why it is not kept, if it is not */
        Optional<String> take(VersionId version, HostNote.Measure measure);
    }

    /** What this call says, once it runs. */
    public Notes notes(Running running) {
        return new Notes(running.disclosed(), clock, measure -> measured(running, measure));
    }

    /** Takes what code measures, without the secrets that it was told; answers why it is not kept, if it is not. */
    private Optional<String> measured(Running running, HostNote.Measure measure) {
        Map<String, String> labels = new HashMap<>();
        measure.labels()
                .forEach((name, value) -> labels.put(name, running.disclosed().conceal(value)));
        return measures.take(running.version().id(), new HostNote.Measure(measure.metric(), measure.value(), labels));
    }

    /** The host of one plain call, which may register what is to be called if it fails. */
    public PlainHost plain(Running running, Optional<Keeping> keeping) {
        return new PlainHost(running, this, Optional.empty(), Optional.empty(), keeping);
    }

    /** The same of what may not. */
    public PlainHost plain(Running running) {
        return new PlainHost(running, this, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same of one that may be repeated: each of its effects has a name that is the same each time, for downstream to tell. */
    public PlainHost plain(Running running, String effects) {
        return new PlainHost(running, this, Optional.of(effects), Optional.empty(), Optional.empty());
    }

    /** The same of a call whose answer is streamed. */
    public PlainHost streamed(Running running, StreamLog log) {
        return new PlainHost(running, this, Optional.empty(), Optional.of(log), Keeping.IN_MEMORY);
    }

    /**
     * Answers a call that takes time; on a thread that may wait. Steps and waits for events are not answered here.
     *
     * @param effect what names this effect over all its attempts, for downstream to tell repeats
     */
    public HostReply answer(Running running, HostCall call, Optional<String> effect) throws InterruptedException {
        return switch (call) {
            case HostCall.Http http -> outbound.send(named(http, effect), running);
            case HostCall.Invoke invoke -> calls.invoke(running, invoke);
            case HostCall.Sleep sleep -> {
                Thread.sleep(sleep.duration());
                yield new HostReply.Value(Schemas.NULL);
            }
            case HostCall.Step step -> onlyDurable("step");
            case HostCall.StepDone done -> onlyDurable("step");
            case HostCall.AwaitEvent await -> onlyDurable("wait for an event");
            case HostCall.ReadSecret secret -> read(running, secret.name(), false);
            case HostCall.Read read -> refused(Fault.UNSUPPORTED, NOT_STREAMED);
            case HostCall.Chunk chunk -> refused(Fault.UNSUPPORTED, NOT_STREAMED);
            case HostCall.Other other
            when other.name().equals("approval") && other.version() == 1 -> onlyDurable("wait for a person's decision");
            case HostCall.Other _ when Registering.is(call) -> Registering.notHere();
            case HostCall.Other other
            when other.name().equals(Queries.NAME) && other.version() == 1 ->
                queries.answer(running, other.arguments());
            case HostCall.Other other
            when other.name().equals(NativeCalls.NAME) && other.version() == 1 ->
                natives.answer(running, other.arguments(), effect);
            case HostCall.Other other ->
                named.answer(running, other, effect)
                        .orElseGet(() -> refused(
                                Fault.UNSUPPORTED,
                                "There is no host function \"" + other.name() + "\" of version " + other.version()));
            case HostCall.Now now -> throw new IllegalStateException("answered at once");
            case HostCall.Random random -> throw new IllegalStateException("answered at once");
        };
    }

    /** With the effect's name as the key by which downstream tells a repeat, unless the code has one of its own. */
    private static HostCall.Http named(HostCall.Http call, Optional<String> effect) {
        if (effect.isEmpty() || call.headers().keySet().stream().anyMatch(IDEMPOTENCY_KEY::equalsIgnoreCase)) {
            return call;
        }
        Map<String, List<String>> headers = new HashMap<>(call.headers());
        headers.put(IDEMPOTENCY_KEY, List.of(effect.get()));
        return new HostCall.Http(call.method(), call.uri(), headers, call.body(), call.timeout(), call.retry());
    }

    /**
     * Whether the call may read this secret: null, or the refusal. The value is asked for by {@link #answer} each time that it
     * is given, which is the reading.
     */
    public HostReply allows(Running running, HostCall.ReadSecret call) throws InterruptedException {
        return read(running, call.name(), true);
    }

    /** Why a call may not have this called if it fails, if it may not. */
    Optional<Fault> refuses(Running running, Compensation it) throws InterruptedException {
        return calls.refuses(running, it);
    }

    private HostReply read(Running running, String name, boolean onlyLooks) throws InterruptedException {
        try (Reading reading = secrets.reading(running.reader(), Reading.Purpose.CODE)) {
            if (running.version().traits().hostWorker()) {
                reading.refused(name);
                return refused(
                        Fault.PERMISSION_DENIED,
                        "This function's secrets stay in the host (traits.hostWorker): write ${SECRET:" + name
                                + "} into an outgoing request");
            }
            Secret secret = Substitution.require(name, running, reading, _ -> true);
            if (onlyLooks) {
                reading.onlyLooked();
                return new HostReply.Value(Schemas.NULL);
            }
            return new HostReply.Value(schemas.bytes(StringNode.valueOf(secret.reveal())));
        } catch (Substitution.Forbidden e) {
            return refused(Fault.NOT_FOUND, e.getMessage());
        } catch (PluginFailure e) {
            return new HostReply.Refused(
                    Fault.of(Fault.PLATFORM, Owner.PLATFORM, "The secret cannot be read: " + e.getMessage()));
        }
    }

    private static HostReply onlyDurable(String what) {
        return refused(
                Fault.UNSUPPORTED,
                "A plain call cannot " + what + ": that needs a durable execution, which is started asynchronously");
    }

    public static HostReply refused(String id, String message) {
        return new HostReply.Refused(Fault.of(id, Fault.Owner.FUNCTION, message));
    }

    /** What code is told of a plugin that it asked for and that failed. */
    static HostReply refused(PluginFailure e) {
        return new HostReply.Refused(
                switch (e.kind()) {
                    case REJECTED -> Fault.of(Fault.VALIDATION, Owner.FUNCTION, e.getMessage());
                    case UNAVAILABLE, EXHAUSTED -> Fault.of(Fault.HTTP_TRANSPORT, Owner.DEPENDENCY, e.getMessage());
                    case BROKEN -> Fault.of(Fault.PLATFORM, Owner.PLATFORM, e.getMessage());
                });
    }

    /** What code is told whose questions, steps or answers are no JSON. */
    public static Fault noJson(Schemas.Malformed e) {
        return Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "What the code says is no JSON: " + e.getMessage());
    }

    public Streams streams() {
        return streams;
    }

    /** 32 hexadecimal digits. */
    public String random() {
        byte[] bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public Schemas schemas() {
        return schemas;
    }

    /** A virtual thread, not started, for a call that takes time. */
    public Thread thread(Runnable task) {
        return threads.newThread(task);
    }

    public InstantSource clock() {
        return clock;
    }

    @Override
    public void close() {
        outbound.close();
    }
}
