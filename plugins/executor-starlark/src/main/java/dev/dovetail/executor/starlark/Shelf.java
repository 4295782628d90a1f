package dev.dovetail.executor.starlark;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The scripts that instances use, so that all instances of a version share one, and what is made of its code. A script
 * goes when the last of its instances does. Thread-safe.
 */
final class Shelf {
    /** What a script depends on. */
    record Key(String file, String function, String text) {}

    private final Map<Key, WeakReference<Script>> scripts = new HashMap<>();

    /** The script, read now unless an instance has it. */
    Script find(Key key, Supplier<Script> read) {
        Optional<Script> known = known(key);
        if (known.isPresent()) {
            return known.get();
        }
        // not under the lock: two that read the same at once do no harm
        Script script = read.get();
        synchronized (scripts) {
            scripts.values().removeIf(each -> each.refersTo(null));
            scripts.put(key, new WeakReference<>(script));
        }
        return script;
    }

    private Optional<Script> known(Key key) {
        synchronized (scripts) {
            return Optional.ofNullable(scripts.get(key)).map(WeakReference::get);
        }
    }
}
