package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.PluginException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a provider opened, with its gate. Once it has ended it holds nothing of the plugin any more, so that a lease which
 * outlives it keeps no class loaded.
 */
final class Service<T extends AutoCloseable> {
    /** Which service this thread is inside of, or a {@link Nested} if several; set only while in a use. */
    private static final ThreadLocal<Object> INSIDE = new ThreadLocal<>();

    private record Nested(Service<?> inner, Object outer) {}

    private record Live<T>(T object, ClassLoader loader) {}

    private final String told;
    private final long generation;
    private final Set<Integer> dialects;
    private final Gate gate = new Gate();
    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Optional<Live<T>> live;
    private volatile Easing easing = Easing.AT_ONCE;

    /**
     * @param told names the service in messages, such as {@code python of executor-python 1.2.0}
     * @param dialects the replay semantics it can carry on; empty for what is not an executor
     */
    Service(T object, ClassLoader loader, String told, long generation, Set<Integer> dialects) {
        this.live = Optional.of(new Live<>(object, loader));
        this.told = told;
        this.generation = generation;
        this.dialects = dialects;
    }

    String told() {
        return told;
    }

    /** The plugin version that it is of. */
    String plugin() {
        return told.substring(told.lastIndexOf(" of ") + " of ".length());
    }

    long generation() {
        return generation;
    }

    boolean reads(int dialect) {
        return dialects.contains(dialect);
    }

    /** Whether it can carry on what the route is pinned to. */
    boolean reads(Route route) {
        return route.dialect().isEmpty() || reads(route.dialect().getAsInt());
    }

    Gate gate() {
        return gate;
    }

    /** Before its gate is shut: how long those who hold leases for warm things keep them. */
    void ease(Easing wanted) {
        easing = wanted;
    }

    Easing easing() {
        return easing;
    }

    long calls() {
        return calls.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** Goes in, or not because the gate is shut and this thread is not inside already. */
    boolean enter() {
        if (gate.enter()) {
            return true;
        }
        if (isInside()) {
            gate.enterAgain();
            return true;
        }
        return false;
    }

    private boolean isInside() {
        Object inside = INSIDE.get();
        while (inside instanceof Nested nested) {
            if (nested.inner == this) {
                return true;
            }
            inside = nested.outer;
        }
        return inside == this;
    }

    boolean is(Class<?> ability) {
        return live.filter(now -> ability.isInstance(now.object)).isPresent();
    }

    <R> R call(Use<? super T, R> use) throws InterruptedException {
        Live<T> now = live.orElseThrow(() -> PluginFailure.broken(told + " was closed while this lease was held"));
        calls.increment();
        Object outer = INSIDE.get();
        INSIDE.set(outer == null ? this : new Nested(this, outer));
        try {
            return Boundary.cross(now.loader, use, now.object);
        } catch (PluginFailure e) {
            if (e.kind() == PluginException.Kind.BROKEN || e.kind() == PluginException.Kind.UNAVAILABLE) {
                failures.increment();
            }
            throw e;
        } finally {
            if (outer == null) {
                INSIDE.remove();
            } else {
                INSIDE.set(outer);
            }
        }
    }

    /**
     * Closes the plugin's object, in this time, and lets go of it. Whoever still holds a lease finds it broken.
     *
     * @return what went wrong, in words
     */
    Optional<String> end(Duration patience) throws InterruptedException {
        Optional<Live<T>> was = live;
        live = Optional.empty();
        if (was.isEmpty()) {
            return Optional.empty();
        }
        Live<T> last = was.get();
        try {
            Patience.within(
                    patience,
                    "The close of " + told,
                    () -> Boundary.<T, Void>cross(
                            last.loader,
                            object -> {
                                object.close();
                                return null;
                            },
                            last.object));
            return Optional.empty();
        } catch (PluginFailure e) {
            return Optional.of(e.getMessage());
        }
    }
}
