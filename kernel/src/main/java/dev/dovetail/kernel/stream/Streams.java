package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps what streamed calls send and are sent. A stream is opened when its call is admitted, written by the code's host, read by
 * whoever may, and forgotten a while after its end. Every event is durable before anybody reads it, so a reader that comes back
 * goes on after the last event that it has seen, on whichever node. Thread-safe.
 */
public final class Streams implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());

    private final StreamStore store;
    private final Schemas schemas;
    private final StreamLimits limits;
    private final ThreadFactory threads;
    private final InstantSource clock;
    private final InstantSource calendar;
    private final String boot;
    private final Inputs inputs;
    private final Map<String, StreamLog> live = new ConcurrentHashMap<>();
    private final Map<String, Set<StreamReader>> readers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param threads makes the virtual threads that write what nobody waits for
     * @param calendar by which what is old is let go
     * @param boot names this run of this process
     */
    public Streams(
            Slot<StateStore> state,
            Schemas schemas,
            StreamLimits limits,
            ThreadFactory threads,
            InstantSource clock,
            InstantSource calendar,
            String boot) {
        this.store = new StreamStore(state, schemas);
        this.schemas = schemas;
        this.limits = limits;
        this.threads = threads;
        this.clock = clock;
        this.calendar = calendar;
        this.boot = boot;
        this.inputs = new Inputs(this);
    }

    /** Opens the stream of a call that runs in this process; it is there when this returns. */
    public StreamLog open(Name tenant, String id, Name function) throws InterruptedException {
        Head head = fresh(function, false);
        Committed made = store.commit(CommitId.fresh(), opening(tenant, id, head));
        if (!(made instanceof Committed.Done done)) {
            throw new IllegalStateException("There is a stream of " + id);
        }
        StreamLog log = new StreamLog(this, tenant, id, new StreamStore.Kept(head, done.version()));
        live.put(id, log);
        return log;
    }

    /** What opens the stream of an execution that is accepted; to be written with it, or not at all. */
    public List<Change> opening(Name tenant, String id, Name function) {
        return opening(tenant, id, fresh(function, true));
    }

    private Head fresh(Name function, boolean carried) {
        return new Head(function, carried, boot, 0, 0, Optional.empty(), now().plus(limits.retention()), Map.of());
    }

    private List<Change> opening(Name tenant, String id, Head head) {
        return List.of(
                new Change.Put(StreamKeys.head(tenant, id), store.papers().write(head), Expectation.absent()),
                new Change.Put(StreamKeys.sweep(head.sweep(), tenant, id), Bytes.utf8("{}"), Expectation.anything()));
    }

    /** What is known of a stream; empty if there is none of this id, or it is not kept any more. */
    public Optional<Head> find(Name tenant, String id) throws InterruptedException {
        StreamLog log = live.get(id);
        if (log != null && log.tenant().equals(tenant)) {
            return Optional.of(log.head());
        }
        return store.head(tenant, id).map(StreamStore.Kept::head);
    }

    /** The stream that an accepted execution writes now that its code runs here; empty if it has none. */
    public Optional<StreamLog> writer(Name tenant, String id) throws InterruptedException {
        Optional<StreamStore.Kept> kept = store.head(tenant, id);
        if (kept.isEmpty() || !kept.get().head().carried()) {
            return Optional.empty();
        }
        StreamLog log = new StreamLog(this, tenant, id, kept.get());
        live.put(id, log);
        return Optional.of(log);
    }

    /** The code of an accepted execution has left: what it has sent is written, and it writes nothing more here. */
    public void leave(StreamLog log) {
        try {
            log.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is sent again by the next attempt
        } catch (PluginFailure e) {
            LOG.log(Level.DEBUG, "The stream of {0} is written later: {1}", log.id(), e.getMessage());
        } finally {
            release(log);
        }
    }

    /** Its code does not run here any more. */
    public void release(StreamLog log) {
        live.remove(log.id(), log);
        wake(log.id());
    }

    /** Whether a call's code still runs in this process. */
    public boolean isLive(String id) {
        return live.containsKey(id);
    }

    /** Whether a stream began in this run of this process. */
    public boolean isOurs(Head head) {
        return head.boot().equals(boot);
    }

    /** Begins to read the events after this one; closed by the same thread. */
    public StreamReader reader(Name tenant, String id, long position) {
        StreamReader reader = new StreamReader(this, tenant, id, position);
        readers.computeIfAbsent(id, any -> ConcurrentHashMap.newKeySet()).add(reader);
        return reader;
    }

    void gone(StreamReader reader) {
        readers.computeIfPresent(reader.id(), (any, all) -> {
            all.remove(reader);
            return all.isEmpty() ? null : all;
        });
    }

    /** Something may be new of this execution: whoever reads its stream looks. */
    public void wake(String id) {
        readers.getOrDefault(id, Set.of()).forEach(StreamReader::wake);
    }

    /** The pieces that are sent to executions. */
    public Inputs inputs() {
        return inputs;
    }

    public StreamLimits limits() {
        return limits;
    }

    StreamStore store() {
        return store;
    }

    Optional<StreamLog> live(String id) {
        return Optional.ofNullable(live.get(id));
    }

    Instant now() {
        return clock.instant();
    }

    /** A time that has passed on every clock. */
    Instant passed() {
        return calendar.instant();
    }

    boolean closed() {
        return closed;
    }

    ObjectNode object() {
        return schemas.object();
    }

    Bytes json(ObjectNode json) {
        return schemas.bytes(json);
    }

    Schemas schemas() {
        return schemas;
    }

    /** One JSON value on one line. */
    Bytes clean(Bytes json) {
        return schemas.bytes(schemas.parse(json.toArray()));
    }

    /** Something to do that may take a while; what goes wrong is met again by whoever waits. */
    interface Task {
        void run() throws InterruptedException;
    }

    void later(Task task) {
        threads.newThread(() -> {
                    try {
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.log(Level.DEBUG, "Written later: {0}", e.toString());
                    }
                })
                .start();
    }

    /** How far readers on other nodes have come, as they say. */
    long readElsewhere(Name tenant, String id) throws InterruptedException {
        return store.find(StreamKeys.read(tenant, id))
                .map(entry -> Long.parseLong(entry.value().text()))
                .orElse(0L);
    }

    /** How it stands with an accepted execution. */
    public interface Ends {
        /** When it ended; empty if it is open. */
        Optional<Instant> ended(Name tenant, String id) throws InterruptedException;
    }

    /** Ends readers whose clients take nothing; to be called about once a second. */
    public void watch() {
        readers.values().forEach(all -> all.forEach(reader -> reader.watch(limits.patience())));
    }

    /** Forgets streams whose time is up; answers how many. */
    public int sweep(Ends ends) throws InterruptedException {
        return new Sweeping(this, ends).sweep();
    }

    /** The system stops: what cannot be written now is not tried again. */
    public void closing() {
        store.closing();
    }

    /** Lets go of all readers. */
    @Override
    public void close() {
        closed = true;
        readers.keySet().forEach(this::wake);
    }
}
