package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Approval;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Gates;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Outside;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.identity.Delegation;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Key;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/** What an execution has to do with others: those that it starts, and what comes to it. */
final class Children {
    private final Callers callers;
    private final Filters filters;
    private final PassedOver passedOver;
    private final Ownership shards;
    private final Schemas schemas;
    private final Rights rights;
    private final InstantSource clock;
    private final Map<String, String> calling = new ConcurrentHashMap<>();

    Children(Callers callers, Filters filters, Ownership shards, Schemas schemas, Rights rights, InstantSource clock) {
        this.clock = clock;
        this.shards = shards;
        this.rights = rights;
        this.callers = callers;
        this.filters = filters;
        this.passedOver = new PassedOver(schemas);
        this.schemas = schemas;
    }

    /** The id of the execution that this call starts: the same each time. */
    static String id(String parent, long number) {
        String hash = Digest.of((parent + "/" + number).getBytes(StandardCharsets.UTF_8))
                .hex();
        long millis = Ids.millis(parent);
        return String.format(Locale.ROOT, "%08x-%04x-7%s-", millis >>> 16, millis & 0xffff, hash.substring(0, 3))
                + "89ab".charAt(Character.digit(hash.charAt(3), 16) & 3) + hash.substring(4, 7) + "-"
                + hash.substring(7, 19);
    }

    /** The id of the workflow that an execution starts for its end, in this attempt. */
    static String handler(String execution, int attempt) {
        return id(execution, -attempt);
    }

    /** Calls a function for an execution that ends, which may be interrupted meanwhile. */
    Optional<Fault> call(Case it, String callable, Bytes input) throws InterruptedException {
        String id = Ids.next(clock.instant());
        calling.put(it.order().id(), id);
        try {
            return callers.call(it.order(), callable, input, id);
        } finally {
            calling.remove(it.order().id(), id);
        }
    }

    /** The id of the function that is called for its end now. */
    Optional<String> called(Case it) {
        return Optional.ofNullable(calling.get(it.order().id()));
    }

    boolean isWorkflow(Order order, String callable) {
        return callers.isWorkflow(order.tenant(), callable);
    }

    /** Starts the workflow that an execution names for its end, which then tells it of its own; why it was refused, if it was. */
    Optional<Fault> handle(Order order, String callable, Bytes input, int attempt) throws InterruptedException {
        return handle(order, callable, Wish.NONE, input, attempt);
    }

    private Optional<Fault> handle(Order order, String callable, Wish wish, Bytes input, int attempt)
            throws InterruptedException {
        try {
            callers.start(
                    order,
                    new HostCall.Invoke(
                            callable, input, HostCall.Mode.ASYNC, Duration.ZERO, HostCall.ParentClose.ABANDON),
                    wish,
                    handler(order.id(), attempt),
                    Optional.of(new Order.Parent(order.id(), -attempt, false)));
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(Fault.of(e.type().id(), e.type().owner(), "\"" + callable + "\": " + e.detail()));
        }
    }

    /** Starts what a plain call registered for its failure, which then tells it of its own end; why it was refused, if it was. */
    Optional<Fault> compensate(Order order, Compensation it, int number) throws InterruptedException {
        return handle(
                order, it.callable(), new Wish(it.version(), Optional.empty(), Optional.empty()), it.input(), number);
    }

    /** What that told at its end, if it has ended. */
    Optional<Message> handled(Case it, int attempt) {
        return ended(it, handler(it.order().id(), attempt));
    }

    private static Optional<Message> ended(Case it, String child) {
        return it.mail().waiting().stream()
                .filter(message -> message.kind().equals("child")
                        && message.body().path("child").stringValue("").equals(child))
                .findFirst();
    }

    Outside of(Case it, Runnable interrupt) {
        Principal delegated = it.order().principal();
        Delegation delegation = Delegation.of(rights, delegated);
        return new Outside() {
            @Override
            public Optional<Principal> principal() {
                return delegation.now();
            }

            @Override
            public boolean isChild(HostCall.Invoke call) {
                return call.mode() == HostCall.Mode.ASYNC
                        || callers.isWorkflow(it.order().tenant(), call.callable());
            }

            @Override
            public void expect(String type) throws InterruptedException {
                it.expect(type);
            }

            @Override
            public Optional<String> problem(String filter) {
                return filters.problem(filter);
            }

            @Override
            public String child(Running parent, HostCall.Invoke call, long number) throws InterruptedException {
                String id = id(it.order().id(), number);
                if (ended(id).isPresent()) {
                    return id; // as its caller is about to hear; it may be kept no longer, and must not begin anew
                }
                boolean waits = call.mode() == HostCall.Mode.SYNC;
                try {
                    callers.start(
                            it.order().as(delegation.now().orElseGet(delegated::powerless)),
                            call,
                            Wish.NONE,
                            id,
                            waits
                                    ? Optional.of(new Order.Parent(
                                            it.order().id(), number, call.onParentEnd() == HostCall.ParentClose.CANCEL))
                                    : Optional.empty());
                } catch (Refusal e) {
                    // as if it had begun and failed: whoever waits is told why
                    ObjectNode json = schemas.object().put("kind", "child").put("child", id);
                    json.set(
                            "fault", Faulted.write(schemas, Fault.of(e.type().id(), Fault.Owner.FUNCTION, e.detail())));
                    it.mail().found(new Message(Key.state("t/none/" + id), "child", json));
                }
                return id;
            }

            @Override
            public void leave(String child) throws InterruptedException {
                it.save(
                        it.story(),
                        Inbox.cancel(
                                schemas,
                                it.order().tenant(),
                                child,
                                shards.shardOf(child),
                                "The execution that started this one, "
                                        + it.order().id() + ", waits for it no longer"));
            }

            @Override
            public Optional<Message> arrived(HostCall.AwaitEvent wait) {
                return it.mail().waiting().stream()
                        .filter(message -> message.kind().equals("signal")
                                && message.body().path("type").stringValue("").equals(wait.type())
                                && fits(wait, message))
                        .findFirst();
            }

            private boolean fits(HostCall.AwaitEvent wait, Message message) {
                Filters.Verdict verdict =
                        filters.judge(wait.filter(), message.body().path("event"));
                verdict.failure().ifPresent(why -> passedOver.tell(it.story(), wait, message, why));
                return verdict.fits();
            }

            @Override
            public Optional<Message> decided(long number) {
                return it.mail().waiting().stream()
                        .filter(message -> message.kind().equals(Approval.CALL)
                                && message.body().path("call").longValue(-1) == number)
                        .findFirst();
            }

            @Override
            public Optional<Message> ended(String child) {
                return Children.ended(it, child);
            }

            @Override
            public Optional<Message> piece(long number) {
                return it.mail().waiting().stream()
                        .filter(message -> message.kind().equals("input")
                                && message.body().path("number").longValue(-1) == number)
                        .findFirst();
            }

            @Override
            public Optional<Message> resolved(long step, int begun) {
                return it.mail().waiting().stream()
                        .filter(message -> message.kind().equals("resolve")
                                && message.body().path("step").longValue(-1) == step
                                && message.body().path("begun").intValue(0) == begun)
                        .findFirst();
            }

            @Override
            public List<Message> gating() {
                return it.mail().waiting().stream()
                        .filter(message -> Gates.isAbout(message))
                        .toList();
            }

            @Override
            public void consumed(Message message) {
                it.mail().consume(message);
            }

            @Override
            public void interrupt() {
                interrupt.run();
            }
        };
    }
}
