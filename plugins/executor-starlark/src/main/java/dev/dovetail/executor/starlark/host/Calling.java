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
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What host functions know of the run that calls them: its invocation, and the tickets it has open. */
public final class Calling {
    private final Launch launch;
    private final Optional<Live> live;
    private final Map<Long, Promise> open = new HashMap<>();
    private long waited;

    /** What there is once the file is loaded. */
    private record Live(Deployed deployed, Invocation invocation, Host host, Strands strands) {}

    private Calling(Launch launch, Optional<Live> live) {
        this.launch = launch;
        this.live = live;
    }

    /** While the file itself is run, when nothing can be asked of the host. */
    public static Calling loading(Launch launch) {
        return new Calling(launch, Optional.empty());
    }

    public static Calling of(Deployed deployed, Invocation invocation, Host host) {
        Strands strands = new Strands(deployed.threads());
        return new Calling(deployed.launch(), Optional.of(new Live(deployed, invocation, host, strands)));
    }

    static Calling of(Run run) {
        return (Calling) run.host();
    }

    /** The value that is passed as {@code ctx}. */
    public Object context() {
        return new Ctx(this, Optional.empty());
    }

    public long waitedNanos() {
        return waited;
    }

    /** A variable with the secrets that it refers to, as far as the call was given them; null if there is none. */
    String environment(String name) {
        String value = launch.environment().get(name);
        return value == null || live.isEmpty()
                ? value
                : Secret.fill(value, live.get().invocation.secrets());
    }

    Launch launch() {
        return launch;
    }

    Invocation invocation() {
        return live().invocation;
    }

    Host host() {
        return live().host;
    }

    Deployed deployed() {
        return live().deployed;
    }

    Strands strands() {
        return live().strands;
    }

    private Live live() {
        return live.orElseThrow(Calling::tooEarly);
    }

    private static Failure tooEarly() {
        return Failure.value("the host cannot be asked while the file is loaded; call it inside of a function");
    }

    /** Writes to the log, but not a second time what was written before it is replayed. */
    void print(String text) {
        if (live.isPresent() && live.get().host.replaying()) {
            return;
        }
        Optional<String> execution = live.map(each -> each.invocation.executionId());
        text.lines().forEach(line -> launch.logs().line(execution, line));
    }

    static Halt interrupted() {
        return new Halt(Halt.Reason.STOPPED, "The call was interrupted");
    }

    /** Begins a call of the host. */
    Promise ask(Run run, HostCall call, Promise.Meaning meaning) {
        long begun = System.nanoTime();
        try {
            Promise promise = new Promise(host().ask(strands().scope(), call, run.place()), meaning);
            open.put(promise.ticket, promise);
            return promise;
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            waited += System.nanoTime() - begun;
        }
    }

    /** Begins a call of the host and waits for its reply. */
    HostReply reply(Run run, HostCall call) {
        return (HostReply) await(run, ask(run, call, (_, reply) -> reply));
    }

    /** Waits until this promise has its answer. */
    Object await(Run run, Promise promise) {
        until(run, promise::answered);
        return promise.value(run);
    }

    /** Takes answers, and lets other lines of code run, until this is so. */
    void until(Run run, BooleanSupplier ready) {
        strands().until(run, ready, () -> take(run));
    }

    private void take(Run run) {
        long begun = System.nanoTime();
        try {
            Answer answer = host().next();
            run.heed();
            take(run, answer);
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            waited += System.nanoTime() - begun;
        }
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
