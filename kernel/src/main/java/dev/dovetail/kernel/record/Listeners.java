package dev.dovetail.kernel.record;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who are shown each execution as it ends. */
final class Listeners {
    private final List<Consumer<Execution>> listeners = new CopyOnWriteArrayList<>();

    void finished(Execution execution) {
        for (Consumer<Execution> each : listeners) {
            each.accept(execution);
        }
    }

    Records.Listening add(Consumer<Execution> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
