package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Counts what waits in the shards that have become this node's, one after the other and without haste; on a thread of its own. */
final class Counting {
    private static final System.Logger LOG = System.getLogger(Counting.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration BETWEEN = Duration.ofMillis(20);
    private static final int PAGE = 200;

    private final Slot<StateStore> state;
    private final Papers papers;
    private final Census census;
    private volatile boolean closing;

    Counting(Slot<StateStore> state, Papers papers, Census census) {
        this.state = state;
        this.papers = papers;
        this.census = census;
    }

    void run() {
        while (!closing) {
            Optional<Fence> next = census.next();
            try {
                if (next.isEmpty()) {
                    Thread.sleep(PAUSE);
                } else {
                    count(next.get());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "A shard cannot be counted now: {0}", e.toString());
                next.ifPresent(census::again);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    private void count(Fence fence) throws InterruptedException {
        Range range = Due.all(fence.shard());
        while (!closing) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, PAGE));
            List<Due> found = page.stream()
                    .flatMap(each -> Due.find(fence.shard(), each).stream())
                    .toList();
            List<Key> keys = found.stream()
                    .map(each -> Keys.standing(each.tenant(), each.id()))
                    .toList();
            List<Optional<Entry>> standings = state.use(store -> store.findAll(keys));
            for (int i = 0; i < found.size(); i++) {
                census.count(
                        fence,
                        found.get(i).id(),
                        standings
                                .get(i)
                                .flatMap(each -> papers.kept(each.value()).share()));
            }
            if (page.size() < PAGE) {
                census.counted(fence);
                return;
            }
            range = range.after(page.getLast().key().path());
            Thread.sleep(BETWEEN);
        }
    }

    void close() {
        closing = true;
    }
}
