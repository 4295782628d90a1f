package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets executions go on that were held because their function or tenant was paused; on a thread of its own. Those that are held lie
 * under their shard, so that whoever owns it finds them, also one that took it over.
 */
final class Held {
    private static final System.Logger LOG = System.getLogger(Held.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** So many are let go of a shard at once; those that are not away by the next look are let go again. */
    private static final int SOME = 500;

    private final Slot<StateStore> state;
    private final Pauses pauses;
    private final Supplier<List<Fence>> owned;
    private final Agenda agenda;
    private final InstantSource clock;
    private final Set<Integer> toLookAt = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    Held(Slot<StateStore> state, Pauses pauses, Supplier<List<Fence>> owned, Agenda agenda, InstantSource clock) {
        this.state = state;
        this.pauses = pauses;
        this.owned = owned;
        this.agenda = agenda;
        this.clock = clock;
    }

    /** Whether this order's work is not to go on now. */
    boolean holds(Order order) {
        return pauses.find(order.tenant(), order.function()).isPresent();
    }

    /** A shard is this node's: something in it may have been held before it was resumed. */
    void opened(int shard) {
        toLookAt.add(shard);
    }

    void run() {
        while (!closing) {
            try {
                Thread.sleep(PAUSE);
                pauses.refresh();
                look();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "What is paused cannot be read now: {0}", e.toString());
            }
        }
    }

    private void look() throws InterruptedException {
        if (pauses.lifted()) {
            owned.get().forEach(fence -> toLookAt.add(fence.shard()));
        }
        for (Fence fence : toLookAt.isEmpty() ? List.<Fence>of() : owned.get()) {
            if (toLookAt.remove(fence.shard())) {
                boolean more = true;
                try {
                    more = wake(fence.shard());
                } finally {
                    if (more) {
                        toLookAt.add(fence.shard());
                    }
                }
            }
        }
    }

    /** Lets some go on; whether there were any. */
    private boolean wake(int shard) throws InterruptedException {
        int woken = 0;
        Range range = Keys.held(shard);
        for (List<Entry> page = page(range); !page.isEmpty() && woken < SOME; page = page(range)) {
            for (Entry each : page) {
                String[] names = each.key()
                        .path()
                        .substring(Keys.held(shard).from().length())
                        .split("/");
                Name tenant = Name.of(names[0]);
                if (pauses.find(tenant, Name.of(names[1])).isEmpty()) {
                    agenda.add(new Due(names[2], tenant, shard, clock.instant()));
                    woken++;
                }
            }
            range = range.after(page.getLast().key().path());
        }
        return woken > 0;
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, SOME));
    }

    void close() {
        closing = true;
    }
}
