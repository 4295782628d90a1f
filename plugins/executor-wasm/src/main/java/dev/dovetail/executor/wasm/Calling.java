package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one call's guest asks of the system. Called on the guest's thread, it does its work on the caller's. */
final class Calling {
    /** How many questions may be open at once. */
    private static final int MOST_OPEN = 1000;

    private final Launch launch;
    private final Crossing crossing;
    private final Optional<Invocation> invocation;
    private final Optional<Host> host;

    // what follows is the caller's thread's own
    private final Map<Long, Long> asked = new HashMap<>();
    private final Map<Long, Reply> answered = new HashMap<>();
    private long tickets;

    private Calling(Launch launch, Crossing crossing, Optional<Invocation> invocation, Optional<Host> host) {
        this.launch = launch;
        this.crossing = crossing;
        this.invocation = invocation;
        this.host = host;
    }

    /** While a module is made ready, when nothing can be asked. */
    static Calling loading(Launch launch, Crossing crossing) {
        return new Calling(launch, crossing, Optional.empty(), Optional.empty());
    }

    static Calling of(Launch launch, Crossing crossing, Invocation invocation, Host host) {
        return new Calling(launch, crossing, Optional.of(invocation), Optional.of(host));
    }

    Launch launch() {
        return launch;
    }

    Crossing crossing() {
        return crossing;
    }

    private Host host() {
        return host.orElseThrow(() -> Trouble.code("the host cannot be asked while the module is loaded"));
    }

    void tell(HostNote note) {
        crossing.ask(false, () -> {
            host().tell(note);
            return true;
        });
    }

    /** Writes a line to the log, but not a second time what was written before it is replayed. */
    void print(String line) {
        crossing.ask(false, () -> {
            if (host.isEmpty() || !host.get().replaying()) {
                launch.logs().line(invocation.map(Invocation::executionId), line);
            }
            return true;
        });
    }

    /** Asks and waits. */
    Reply call(String name, byte[] arguments, Place place) {
        return crossing.ask(true, () -> awaited(begun(name, arguments, place)));
    }

    /** Asks; the number is what {@link #await} takes. */
    long begin(String name, byte[] arguments, Place place) {
        return crossing.ask(false, () -> begun(name, arguments, place));
    }

    Reply await(long number) {
        return crossing.ask(true, () -> awaited(number));
    }

    private long begun(String name, byte[] arguments, Place place) throws InterruptedException {
        Json given;
        try {
            given = arguments.length == 0 ? Json.known("{}") : Json.of(arguments);
        } catch (Json.Malformed e) {
            throw Trouble.code(name + ": the arguments are " + e.getMessage());
        }
        if (asked.size() + answered.size() >= MOST_OPEN) {
            throw Trouble.code("More than " + MOST_OPEN + " questions are open; await some before the next");
        }
        long number = ++tickets;
        Optional<Reply> known = known(name, given);
        if (known.isPresent()) {
            answered.put(number, known.get());
        } else {
            HostCall call = HostCalls.call(name, given);
            asked.put(host().ask(Host.MAIN, call, place), number);
        }
        return number;
    }

    /** What needs no answer of the host's. */
    private Optional<Reply> known(String name, Json given) throws InterruptedException {
        Optional<HostNote> note = HostCalls.note(name, given);
        if (note.isPresent()) {
            host().tell(note.get());
            return Optional.of(Reply.NOTHING);
        }
        return switch (name) {
            case "environment" -> {
                String value = launch.environment().get(new Given(name, given, "name").needed("name"));
                yield Optional.of(value == null ? Reply.NOTHING : Reply.of(Json.text(value)));
            }
            case "context" -> {
                new Given(name, given);
                yield Optional.of(Reply.of(Facts.of(launch, invocation.orElseThrow(), host())));
            }
            case "secret" -> {
                Secret secret = invocation.isEmpty()
                        ? null
                        : invocation.get().secrets().get(new Given(name, given, "name").needed("name"));
                yield secret == null ? Optional.empty() : Optional.of(Reply.of(Json.text(secret.reveal())));
            }
            default -> Optional.empty();
        };
    }

    private Reply awaited(long number) throws InterruptedException {
        while (!answered.containsKey(number)) {
            if (!asked.containsValue(number)) {
                throw Trouble.code("await: no question " + number + " is open; each is awaited once");
            }
            take(host().next());
        }
        return answered.remove(number);
    }

    private void take(Answer answer) {
        switch (answer) {
            case Answer.Reply(long ticket, HostReply reply) -> {
                Long number = asked.remove(ticket);
                if (number == null) {
                    throw new IllegalStateException("The host answered ticket " + ticket + ", which is not open");
                }
                answered.put(number, reply(reply));
            }
            case Answer.Suspend() -> throw left(Left.Why.SUSPENDED);
            case Answer.Stop _ -> throw left(Left.Why.STOPPED);
        }
    }

    private Left left(Left.Why why) {
        crossing.leave(why);
        return new Left(why);
    }

    private static Reply reply(HostReply reply) {
        return switch (reply) {
            case HostReply.Value(Bytes json) -> new Reply(false, json);
            case HostReply.Refused(var fault) -> Reply.refused(fault);
            case HostReply.Run _ ->
                throw new IllegalStateException("The host answered a call that is no step with a step to run");
        };
    }
}
