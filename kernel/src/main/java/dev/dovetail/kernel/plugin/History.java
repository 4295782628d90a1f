package dev.dovetail.kernel.plugin;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The tenures of a plugin, the latest first: the last twenty, and those whose loaders are not gone. */
final class History {
    private static final int REMEMBERED = 20;

    private final ConcurrentLinkedDeque<Tenure> tenures = new ConcurrentLinkedDeque<>();

    void add(Tenure tenure) {
        tenures.addFirst(tenure);
        tenures.descendingIterator().forEachRemaining(each -> {
            if (tenures.size() > REMEMBERED && each.gone()) {
                tenures.remove(each);
            }
        });
    }

    /** How many are unloaded and should be gone by now and are not. */
    long lingering() {
        return tenures.stream().filter(Tenure::lingers).count();
    }

    List<Tenure> all() {
        return List.copyOf(tenures);
    }
}
