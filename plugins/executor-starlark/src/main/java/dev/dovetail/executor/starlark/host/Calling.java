package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.secret.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What host functions know of the run that calls them: its invocation, and the tickets it has open. */
public final class Calling {
    private final Launch launch;
    private final Optional<Invocation> invocation;
    private final Optional<Host> host;
    private final Map<Long, Promise> open = new HashMap<>();
    private long waited;

    private Calling(Launch launch, Optional<Invocation> invocation, Optional<Host> host) {
        this.launch = launch;
        this.invocation = invocation;
        this.host = host;
    }

    /** While the file itself is run, when nothing can be asked of the host. */
    public static Calling loading(Launch launch) {
        return new Calling(launch, Optional.empty(), Optional.empty());
    }

    public static Calling of(Launch launch, Invocation invocation, Host host) {
        return new Calling(launch, Optional.of(invocation), Optional.of(host));
    }

    static Calling of(Run run) {
        return (Calling) run.host();
    }

    /** The value that is passed as {@code ctx}. */
    public Object context() {
        return new Ctx(this);
    }

    public long waitedNanos() {
        return waited;
    }

    /** A variable with the secrets that it refers to, as far as the call was given them; null if there is none. */
    String environment(String name) {
        String value = launch.environment().get(name);
        return value == null || invocation.isEmpty()
                ? value
                : Secret.fill(value, invocation.get().secrets());
    }

    Launch launch() {
        return launch;
    }

    Invocation invocation() {
        return invocation.orElseThrow(Calling::tooEarly);
    }

    Host host() {
        return host.orElseThrow(Calling::tooEarly);
    }

    private static Failure tooEarly() {
        return Failure.value("the host cannot be asked while the file is loaded; call it inside of a function");
    }

    /** Writes to the log, but not a second time what was written before it is replayed. */
    void print(String text) {
        if (host.isPresent() && host.get().replaying()) {
            return;
        }
        text.lines().forEach(line -> launch.logs().line(invocation.map(Invocation::executionId), line));
    }

    private static Halt interrupted() {
        return new Halt(Halt.Reason.STOPPED, "The call was interrupted");
    }

    /** Begins a call of the host. */
    Promise ask(Run run, HostCall call, Promise.Meaning meaning) {
        long begun = System.nanoTime();
        try {
            Promise promise = new Promise(host().ask(Host.MAIN, call, run.place()), meaning);
            open.put(promise.ticket, promise);
            return promise;
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            waited += System.nanoTime() - begun;
        }
    }

    /** Takes answers until this promise has its own. */
    Object await(Run run, Promise promise) {
        while (!promise.answered()) {
            long begun = System.nanoTime();
            try {
                take(run, host().next());
            } catch (InterruptedException e) {
                throw interrupted();
            } finally {
                waited += System.nanoTime() - begun;
            }
        }
        return promise.value(run);
    }

    private void take(Run run, Answer answer) {
        switch (answer) {
            case Answer.Reply(long ticket, var reply) -> {
                Promise promise = open.remove(ticket);
                if (promise == null) {
                    throw new IllegalStateException(
                            "The host answered ticket " + ticket + ", which is not open; open are " + open.keySet());
                }
                promise.answer(reply);
            }
            case Answer.Suspend() -> throw new Halt(Halt.Reason.SUSPENDED, "The host said to suspend", run.top);
            case Answer.Stop(var why) -> throw new Halt(Halt.Reason.STOPPED, why.message());
        }
    }

    void tell(HostNote note) {
        try {
            host().tell(note);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }
}
