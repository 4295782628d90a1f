package dev.dovetail.worker;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What there is of a language on this machine, looked for when it is first asked for and kept: a provider is asked for it several times
 * while its plugin is loaded. Each loading has a provider of its own, and so looks anew. Thread-safe.
 */
public final class Discovered<T> implements Supplier<T> {
    private final Supplier<T> look;
    private Optional<T> found = Optional.empty();

    public Discovered(Supplier<T> look) {
        this.look = look;
    }

    @Override
    public synchronized T get() {
        if (found.isEmpty()) {
            found = Optional.of(look.get());
        }
        return found.get();
    }
}
