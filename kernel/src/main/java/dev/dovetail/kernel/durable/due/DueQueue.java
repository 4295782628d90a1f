package dev.dovetail.kernel.durable.due;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** What this node has to carry next, by time. Thread-safe. */
public final class DueQueue implements AutoCloseable {
    private final Slot<StateStore> state;
    private final InstantSource clock;
    private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparing(Due::at));
    private final Map<String, Due> known = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private boolean closed;

    public DueQueue(Slot<StateStore> state, InstantSource clock) {
        this.state = state;
        this.clock = clock;
    }

    public static Key key(int shard, Instant at, String id) {
        return Key.state(prefix(shard) + String.format("%016x", at.toEpochMilli()) + "/" + id);
    }

    private static String prefix(int shard) {
        return "c/shard/" + String.format("%02d", shard) + "/due/";
    }

    public void opened(Fence fence) throws InterruptedException {
        Range range = Range.prefix(Key.Space.STATE, prefix(fence.shard()));
        while (true) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, 1000));
            for (Entry each : page) {
                String[] parts = each.key().path().split("/");
                add(new Due(
                        parts[5],
                        Name.of(each.value().text()),
                        fence.shard(),
                        Instant.ofEpochMilli(Long.parseLong(parts[4], 16))));
            }
            if (page.size() < 1000) {
                return;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    public synchronized void closed(int shard) {
        queue.removeIf(due -> due.shard() == shard);
        known.values().removeIf(due -> due.shard() == shard);
    }

    /** Of two that are told of one execution the earlier counts: something may have come for it meanwhile. */
    public synchronized void add(Due due) {
        Due before = known.get(due.id());
        if (before != null && before.at().isBefore(due.at())) {
            return;
        }
        Optional.ofNullable(known.put(due.id(), due)).ifPresent(queue::remove);
        queue.add(due);
        notifyAll();
    }

    public synchronized void remove(String id) {
        Optional.ofNullable(known.remove(id)).ifPresent(queue::remove);
    }

    /** The next that is due; empty once the queue is closed. */
    public synchronized Optional<Due> take() throws InterruptedException {
        while (!closed) {
            Due next = queue.peek();
            long left = next == null ? 1000 : next.at().toEpochMilli() - clock.millis();
            if (left > 0) {
                wait(Math.min(left, 1000));
            } else {
                queue.remove();
                known.remove(next.id());
                if (taken.add(next.id())) {
                    return Optional.of(next);
                }
                known.put(next.id(), next); // comes again when it is given back
            }
        }
        return Optional.empty();
    }

    public synchronized void done(String id) {
        taken.remove(id);
        Optional.ofNullable(known.get(id)).filter(due -> !queue.contains(due)).ifPresent(queue::add);
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
