package dev.dovetail.kernel.http;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Head;
import dev.dovetail.kernel.stream.StreamEvent;
import dev.dovetail.kernel.stream.StreamEvent.Kind;
import dev.dovetail.kernel.stream.StreamReader;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.TraceContext;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends streams as server-sent events: each has the id {@code <execution>:<number>}, and a comment goes out when there was nothing for
 * a while. A client that comes back is sent what follows the last event that it has.
 */
final class EventStreams {
    static final HeaderName INVOCATION_ID = HeaderNames.create("X-Invocation-Id");
    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final byte[] KEEP_ALIVE = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final Streams streams;
    private final Durable durable;
    private final Cluster cluster;
    private final Schemas schemas;
    private volatile boolean closed;

    EventStreams(Streams streams, Durable durable, Cluster cluster, Schemas schemas) {
        this.streams = streams;
        this.durable = durable;
        this.cluster = cluster;
        this.schemas = schemas;
    }

    /** What a client is sent of an event: its type, and one line of data. */
    interface Form {
        String type(StreamEvent event);

        Bytes data(StreamEvent event);
    }

    /** Where a stream is to be read from. */
    record Place(String id, long position) {}

    /** The event that the client has seen last, if it says so. */
    static Optional<Place> lastSeen(Exchange x) {
        return x.header(LAST_EVENT_ID)
                .or(() -> x.query("lastEventId"))
                .filter(text -> !text.isEmpty())
                .map(text -> {
                    int colon = text.indexOf(':');
                    if (colon > 0
                            && Ids.isId(text.substring(0, colon))
                            && text.substring(colon + 1).matches("[0-9]{1,12}")) {
                        return new Place(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
                    }
                    throw Refusal.field(
                            ErrorType.MALFORMED,
                            "Last-Event-ID",
                            "expected the id of an event, <executionId>:<number>",
                            "\"" + text + "\"");
                });
    }

    /** @throws Refusal NOT_FOUND if there is no such stream */
    Head require(Name tenant, String id) throws InterruptedException {
        return (Ids.isId(id) ? streams.find(tenant, id) : Optional.<Head>empty())
                .orElseThrow(() -> Refusal.of(
                        ErrorType.NOT_FOUND,
                        "There is no stream of an execution \"" + id
                                + "\"; one is kept for a while after its end (streams.retention)"));
    }

    /** Sends a stream to its end, or until the client leaves; nothing (204) if the client has seen all of it. */
    void send(Exchange x, Place from, Form form) throws IOException, InterruptedException {
        Name tenant = x.principal().tenant();
        Head head = require(tenant, from.id());
        x.header(InvokeRoutes.EXECUTION_ID, from.id()).header(INVOCATION_ID, from.id());
        if (seen(tenant, from, head)) {
            x.answerNothing();
            return;
        }
        try (StreamReader reader = streams.reader(tenant, from.id(), from.position());
                OutputStream out = x.stream("text/event-stream")) {
            reader.sending();
            out.write((": stream of " + from.id() + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            reader.sent(from.position());
            send(reader, out, tenant, from.id(), head.carried(), form);
        }
    }

    private void send(StreamReader reader, OutputStream out, Name tenant, String id, boolean carried, Form form)
            throws IOException, InterruptedException {
        long quietSince = System.nanoTime();
        while (!reader.closed() && !(closed && carried)) {
            List<StreamEvent> events = reader.next(TURN);
            boolean last = false;
            if (events.isEmpty()) {
                Optional<StreamEvent> end = end(tenant, id, reader.position());
                if (end.isPresent()) {
                    // what came before the end, if it came since we looked
                    events = reader.next(Duration.ZERO);
                    if (events.isEmpty()) {
                        events = List.of(end.get());
                    }
                }
            }
            if (!events.isEmpty()) {
                reader.sending();
                out.write(text(id, events, form));
                out.flush();
                reader.sent(events.getLast().number());
                last = events.getLast().kind().last();
                quietSince = System.nanoTime();
            } else if (System.nanoTime() - quietSince > QUIET.toNanos()) {
                reader.sending();
                out.write(KEEP_ALIVE);
                out.flush();
                reader.sent(reader.position());
                quietSince = System.nanoTime();
            }
            if (last) {
                return;
            }
        }
    }

    /** Sends what has an answer already, and no stream: its last event. */
    void sendWhole(Exchange x, String id, Kind kind, Bytes data, Form form) throws IOException {
        x.header(InvokeRoutes.EXECUTION_ID, id).header(INVOCATION_ID, id);
        try (OutputStream out = x.stream("text/event-stream")) {
            out.write(text(id, List.of(new StreamEvent(1, kind, data)), form));
        }
    }

    private static byte[] text(String id, List<StreamEvent> events, Form form) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(256);
        for (StreamEvent each : events) {
            all.writeBytes(("id: " + id + ":" + each.number() + "\nevent: " + form.type(each) + "\ndata: ")
                    .getBytes(StandardCharsets.UTF_8));
            all.writeBytes(form.data(each).toArray());
            all.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        }
        return all.toByteArray();
    }

    private boolean seen(Name tenant, Place from, Head head) throws InterruptedException {
        if (head.ended().isPresent()) {
            return from.position() >= head.last();
        }
        return head.carried()
                && from.position() > head.last()
                && durable.find(tenant, from.id())
                        .filter(it -> it.status().ended())
                        .isPresent();
    }

    /** The last event of a stream whose execution writes none: because it is carried, or because its process has ended. */
    private Optional<StreamEvent> end(Name tenant, String id, long position) throws InterruptedException {
        boolean live = streams.isLive(id);
        Optional<Head> head = streams.find(tenant, id);
        long number = Math.max(position, head.map(Head::last).orElse(0L)) + 1;
        if (head.isEmpty()) {
            return Optional.of(error(number, platform("The stream is not kept any more"), ""));
        }
        if (head.get().carried()) {
            return ended(tenant, id, number);
        }
        return live || head.get().ended().isPresent() || elsewhere(head.get())
                ? Optional.empty()
                : Optional.of(error(
                        number,
                        platform("The process that ran the call has ended before it; a call that must survive that is a"
                                + " workflow, or made asynchronously"),
                        ""));
    }

    private Optional<StreamEvent> ended(Name tenant, String id, long number) throws InterruptedException {
        Optional<Shown> shown = durable.find(tenant, id);
        if (shown.isEmpty()) {
            return Optional.of(error(number, platform("The execution is not kept any more"), ""));
        }
        if (!shown.get().status().ended()) {
            return Optional.empty();
        }
        String traceId = TraceContext.parse(shown.get().order().traceparent())
                .map(TraceContext::traceId)
                .orElse("");
        return Optional.of(shown.get()
                .error()
                .map(fault -> error(number, fault, traceId))
                .orElseGet(() -> new StreamEvent(
                        number, Kind.RESULT, shown.get().output().orElse(Schemas.NULL))));
    }

    private static Fault platform(String message) {
        return Fault.of(Fault.PLATFORM, Owner.PLATFORM, message);
    }

    /** As the stream itself has errors. */
    StreamEvent error(long number, Fault fault, String traceId) {
        ObjectNode json = schemas.object().put("traceId", traceId);
        json.set("fault", Faulted.write(schemas, fault));
        return new StreamEvent(number, Kind.ERROR, schemas.bytes(json));
    }

    /** Whether the process that runs it may live on another node. */
    private boolean elsewhere(Head head) throws InterruptedException {
        return !streams.isOurs(head)
                && cluster.nodes().stream()
                        .anyMatch(node -> node.alive() && node.boot().equals(head.boot()));
    }

    /** Lets go of clients that wait for what may take days; the others are waited for. */
    void close() {
        closed = true;
    }
}
