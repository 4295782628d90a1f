package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Mark;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers what the journal has no answer to yet. All under the lock of its host. */
final class Live {
    private final JournalHost host;
    private final Running running;
    private final Hosts hosts;
    private final Story story;
    private final Outside outside;
    private final Errands errands;
    private final Runnable changed;
    private final Pieces pieces;
    private final Steps steps;
    private final Dues dues;
    private final Gating gating;
    private final Variables variables;

    Live(
            JournalHost host,
            Running running,
            Hosts hosts,
            Story story,
            Outside outside,
            Errands errands,
            Runnable changed) {
        this.changed = changed;
        this.host = host;
        this.running = running;
        this.hosts = hosts;
        this.story = story;
        this.outside = outside;
        this.errands = errands;
        this.pieces = new Pieces(running, hosts, story);
        this.steps = new Steps(host, this, running, hosts, story, outside, errands);
        this.dues = new Dues(this, host, story);
        this.gating = new Gating(host, this, story, outside);
        this.variables = new Variables(hosts.schemas(), story);
    }

    Pieces pieces() {
        return pieces;
    }

    Steps steps() {
        return steps;
    }

    Dues dues() {
        return dues;
    }

    Gating gating() {
        return gating;
    }

    /** What is answered at once, and needs nothing of the world. */
    Optional<HostReply> simple(HostCall call) {
        return Simple.answer(call, host.now(), story, hosts);
    }

    /** Begins what a call of the main scope asks for. */
    void begin(Open it) throws InterruptedException {
        Optional<HostReply> simple = simple(it.call);
        if (simple.isPresent()) {
            answer(it, simple.get());
            return;
        }
        Optional<Principal> principal = outside.principal();
        if (principal.isEmpty() && acts(it)) {
            answer(it, Replies.revoked(running));
            return;
        }
        long begunAt = gating.begunAt(it);
        switch (it.call) {
            case HostCall.Sleep sleep -> {
                it.due = Optional.of(begunAt + sleep.duration().toMillis());
                it.atDue = Optional.of(new HostReply.Value(Schemas.NULL));
            }
            case HostCall.AwaitEvent await -> {
                Optional<String> problem = outside.problem(await.filter());
                if (problem.isPresent()) {
                    answer(it, Hosts.refused(Fault.VALIDATION, problem.get()));
                    return;
                }
                if (await.timeout().isPresent()) {
                    it.due = Optional.of(begunAt + await.timeout().get().toMillis());
                    it.atDue = Optional.of(Replies.late("No event of type \"" + await.type() + "\" came within "
                            + await.timeout().get()));
                }
                look(it);
                if (story.answered(it.number).isEmpty()) {
                    outside.expect(await.type());
                }
            }
            case HostCall.Step step
            when steps.asks(step, it) -> {
                it.asks = true;
                look(it);
            }
            case HostCall.Step _ -> {
                Optional<Line> tried = story.lastTry(it.number);
                if (tried.isPresent() && tried.get().whole("next") > host.now()) {
                    it.due = Optional.of(tried.get().whole("next"));
                } else {
                    steps.runs(it);
                }
            }
            case HostCall.Invoke invoke when isChild(it) -> child(it, invoke);
            case HostCall.Read _ -> pieces.known().ifPresentOrElse(known -> answer(it, known), () -> look(it));
            case HostCall.Other other
            when Approval.is(other) -> approval(it, hosts.schemas().parse(other.arguments()));
            case HostCall.Other other
            when other.name().equals("checkpoint") ->
                checkpoint(it, hosts.schemas().parse(other.arguments()));
            default -> {
                host.settling().now();
                it.busy = true;
                String effect = running.executionId() + "/" + it.number;
                Running now = running.as(principal.orElseThrow());
                Errands.Task task = switch (it.call) {
                    case HostCall.Chunk chunk -> pieces.offer(chunk, new Mark(Mark.MAIN, it.number));
                    // its value is read when it is delivered, since the journal has none
                    case HostCall.ReadSecret secret -> () -> hosts.allows(now, secret);
                    default -> () -> hosts.answer(now, it.call, Optional.of(effect));
                };
                errands.later(task, reply -> {
                    it.busy = false;
                    host.settling().touched();
                    answer(it, reply);
                });
            }
        }
    }

    /** Whether something happens at once because of it; of steps that is asked when they run. */
    private boolean acts(Open it) {
        return switch (it.call) {
            case HostCall.Sleep _, HostCall.AwaitEvent _, HostCall.Step _ -> false;
            case HostCall.Invoke invoke -> invoke.mode() == HostCall.Mode.ASYNC || !isChild(it);
            case HostCall.Other other -> !Approval.is(other) && !other.name().equals("checkpoint");
            default -> true;
        };
    }

    /** Whether a call starts an execution, as things are now. */
    boolean starts(HostCall call) {
        return call instanceof HostCall.Invoke invoke && outside.isChild(invoke);
    }

    /** The same as the journal has it: the function may have been disabled or deleted since, and what it started goes on. */
    private boolean isChild(Open it) {
        return story.asked(it.number).orElseThrow().json().has(Told.CHILD) || starts(it.call);
    }

    private void checkpoint(Open it, JsonNode arguments) throws InterruptedException {
        boolean taken = Checkpointing.of(running.version().traitsJson()) != Checkpointing.DISABLED;
        if (taken) {
            String label = arguments.path("label").stringValue("");
            ObjectNode line = hosts.schemas().object().put("label", label);
            variables.addTo(line, arguments, running.disclosed());
            story.add(Line.CHECKPOINT, host.now(), line);
        }
        answer(it, new HostReply.Value(Schemas.NULL));
        if (taken) {
            host.settling().now();
        }
    }

    private void approval(Open it, JsonNode arguments) {
        Optional<String> problem = Approval.problem(arguments);
        if (problem.isPresent()) {
            answer(it, Hosts.refused(Fault.VALIDATION, problem.get()));
            return;
        }
        Approval approval = Approval.of(story.asked(it.number).orElseThrow(), arguments);
        it.due = approval.due();
        it.atDue = approval.within()
                .map(within -> Replies.late("Nobody decided on \"" + approval.name() + "\" within " + within));
        look(it);
    }

    private void child(Open it, HostCall.Invoke invoke) throws InterruptedException {
        host.settling().now();
        String id = outside.child(running, invoke, it.number);
        host.settling().touched();
        if (invoke.mode() == HostCall.Mode.ASYNC) {
            answer(
                    it,
                    new HostReply.Value(
                            hosts.schemas().bytes(hosts.schemas().object().put("job_id", id))));
            return;
        }
        it.child = Optional.of(id);
        if (!invoke.timeout().isZero()) {
            it.due = Optional.of(gating.begunAt(it) + invoke.timeout().toMillis());
            it.atDue =
                    Optional.of(Replies.late("\"" + invoke.callable() + "\" did not end within " + invoke.timeout()));
        }
        look(it);
    }

    /** Whoever waited in vain wants no answer any more, and what was to give it stops; else it does so when its caller ends. */
    void leave(Open it) throws InterruptedException {
        if (it.child.isPresent()
                && it.call instanceof HostCall.Invoke invoke
                && invoke.onParentEnd() == HostCall.ParentClose.CANCEL) {
            outside.leave(it.child.get());
        }
    }

    private Optional<Message> arrived(Open it) {
        return switch (it.call) {
            case HostCall.Invoke _ -> it.child.flatMap(outside::ended);
            case HostCall.AwaitEvent await -> outside.arrived(await);
            case HostCall.Other other when Approval.is(other) -> outside.decided(it.number);
            case HostCall.Read _ -> outside.piece(pieces.number(it));
            default -> Optional.empty();
        };
    }

    /** Answers a wait if what it waits for is in the inbox. */
    void look(Open it) {
        if (it.gated || story.answered(it.number).isPresent()) {
            return;
        }
        if (it.asks) {
            outside.resolved(it.number, story.inFlight(it.number)).ifPresent(message -> steps.resolved(it, message));
            return;
        }
        Optional<Message> message = arrived(it);
        if (message.isEmpty()) {
            return;
        }
        if (it.call instanceof HostCall.AwaitEvent && dues.holdsBack(message.get(), it)) {
            return;
        }
        outside.consumed(message.get());
        JsonNode body = message.get().body();
        if (it.call instanceof HostCall.Read) {
            answer(it, pieces.given(body));
        } else if (it.child.isEmpty()) {
            story.add(
                    Line.SIGNAL,
                    host.now(),
                    it.number,
                    hosts.schemas()
                            .object()
                            .put("type", body.path("type").stringValue(""))
                            .put("message", message.get().id()));
            answer(it, new HostReply.Value(hosts.schemas().bytes(body.path("event"))));
        } else if (body.has("fault")) {
            Fault fault = Faulted.read(hosts.schemas(), body.get("fault"));
            answer(
                    it,
                    new HostReply.Refused(new Fault(
                            fault.id(),
                            fault.owner(),
                            "\"" + ((HostCall.Invoke) it.call).callable() + "\" failed: " + fault.message(),
                            fault.details(),
                            Optional.empty())));
        } else {
            answer(it, new HostReply.Value(hosts.schemas().bytes(body.path("output"))));
        }
    }

    void answer(Open it, HostReply reply) {
        HostReply kept = Replies.kept(it, reply);
        if (!gating.holds(it, kept)) {
            story.answer(host.now(), it.number, kept);
        }
        if (story.weight() > story.most() / 8 * 9) {
            host.dismiss(Full.fault(story)); // before what else is under way is answered too
        }
        changed.run();
    }

    /** What the journal's answer is given as. */
    HostReply delivered(Open it) throws InterruptedException {
        HostReply reply = story.reply(story.answered(it.number).orElseThrow());
        return it.call instanceof HostCall.ReadSecret && reply instanceof HostReply.Value
                ? hosts.answer(running, it.call, Optional.empty())
                : reply;
    }
}
