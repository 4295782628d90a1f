package dev.dovetail.kernel.plugin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * A hold on a service: as long as it is held the service is not closed, unless an operator cuts it off. May be used by
 * several threads and closed by any; closing twice does nothing.
 */
public final class Lease<T extends AutoCloseable> implements AutoCloseable {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Lease.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Service<T> service;
    private volatile boolean closed;

    /** The service has been entered for this lease. */
    Lease(Service<T> service) {
        this.service = service;
    }

    /**
     * Calls the service.
     *
     * @throws PluginFailure in place of whatever the plugin throws, and if the service was cut off
     */
    public <R> R use(Use<? super T, R> use) throws InterruptedException {
        check();
        return service.call(use);
    }

    /**
     * The same for one who does not hold the lease and may come when it is closed; empty then.
     *
     * @throws PluginFailure in place of whatever the plugin throws, and if the service was cut off
     */
    public <R> Optional<R> useIfOpen(Use<? super T, Optional<R>> use) throws InterruptedException {
        return closed ? Optional.empty() : service.call(use);
    }

    /**
     * Calls an ability of the service.
     *
     * @param ability an interface of the SPI that not every service implements
     * @throws IllegalStateException if this one does not; see {@link #has}
     * @throws PluginFailure in place of whatever the plugin throws, and if the service was cut off
     */
    public <A, R> R useAs(Class<A> ability, Use<? super A, R> use) throws InterruptedException {
        check();
        if (!has(ability)) {
            throw new IllegalStateException(service.told() + " is not a " + ability.getSimpleName());
        }
        return service.call(object -> use.with(ability.cast(object)));
    }

    /** Whether the service has this ability. */
    public boolean has(Class<?> ability) {
        check();
        return service.is(ability);
    }

    /** One more hold on the same service, which this one's holder gets though a swap is under way. */
    public Lease<T> again() {
        check();
        service.gate().enterAgain();
        return new Lease<>(service);
    }

    /**
     * Whether a successor serves already and this lease's turn to pass to it has come, so that whoever holds it for long
     * should let go when it can. While the service is busy the turns of its leases are spread over a while.
     */
    public boolean retiring() {
        return service.gate().isShut() && service.easing().reached(place(), System.nanoTime());
    }

    /** Anywhere from 0 to 1, the same each time. */
    private double place() {
        return (System.identityHashCode(this) & 0xFFFF) / 65536.0;
    }

    /** Whether the service, an executor, carries on what began in this dialect. */
    public boolean reads(int dialect) {
        return service.reads(dialect);
    }

    /** The plugin version that the service is of, such as {@code executor-python 1.2.0}. */
    public String plugin() {
        return service.plugin();
    }

    /** The number of the generation that the service is of. */
    public long generation() {
        return service.generation();
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("The lease on " + service.told() + " is closed");
        }
    }

    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            service.gate().leave();
        }
    }
}
