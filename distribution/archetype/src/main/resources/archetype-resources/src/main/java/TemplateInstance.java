package ${package};

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.util.Optional;

/** A template that is ready to be filled in. Closing it interrupts the call that runs. */
final class TemplateInstance implements Instance {
    private final Launch launch;
    private final Template template;
    private final boolean strict;
    private Optional<Thread> caller = Optional.empty();
    private boolean closed;

    TemplateInstance(Launch launch, Template template, boolean strict) {
        this.launch = launch;
        this.template = template;
        this.strict = strict;
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        synchronized (this) {
            if (closed) {
                return closedFault();
            }
            caller = Optional.of(Thread.currentThread());
        }
        Outcome outcome = new Filling(launch, template, strict, invocation, host).outcome();
        synchronized (this) {
            caller = Optional.empty();
            // the interruption was close's own and not the caller's: nobody else may see it
            return closed && Thread.interrupted() | outcome instanceof Outcome.Stopped ? closedFault() : outcome;
        }
    }

    private static Outcome closedFault() {
        Fault fault = Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The instance was closed");
        return new Outcome.Failed(fault, Outcome.Usage.NONE);
    }

    @Override
    public synchronized boolean usable() {
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        caller.ifPresent(Thread::interrupt);
    }
}
