package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Hears the bells of this node's shards, and watches code that takes too long; on a thread of its own. */
final class Bells {
    private static final System.Logger LOG = System.getLogger(Bells.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Ownership shards;
    private final Inbox inbox;
    private final Commits commits;
    private final Floor floor;
    private volatile boolean closing;

    Bells(Ownership shards, Inbox inbox, Commits commits, Floor floor) {
        this.shards = shards;
        this.inbox = inbox;
        this.commits = commits;
        this.floor = floor;
    }

    void run() {
        while (!closing) {
            try {
                Thread.sleep(PAUSE);
                floor.watch();
                hear();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "The bells cannot be heard now: {0}", e.toString());
            }
        }
    }

    /** Hears all that rang; one that cannot be heard now keeps no other from it. */
    void hear() throws InterruptedException {
        for (Inbox.Rung rung : inbox.rung(shards.owned())) {
            Optional<Fence> fence = shards.fence(rung.shard());
            if (fence.isEmpty()) {
                continue;
            }
            try {
                if (!floor.ring(rung.tenant(), rung.id(), rung.shard())) {
                    continue; // rung for as long as nobody has taken up what came: who does may die before
                }
                commits.once(List.of(
                        fence.get().check(),
                        new Change.Delete(
                                rung.entry().key(),
                                Expectation.version(rung.entry().version()))));
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "A bell cannot be heard now: {0}", e.toString());
            }
        }
    }

    /** What was called at another's end has ended: that one hears its bell at once, since nothing of it runs. */
    void ended(Order order) throws InterruptedException {
        Optional<Order.Parent> parent = order.parent().filter(it -> !it.wantsAnswer());
        if (parent.isPresent()) {
            String id = parent.get().id();
            int shard = shards.shardOf(id);
            if (shards.fence(shard).isPresent()) {
                floor.ring(order.tenant(), id, shard);
            }
        }
    }

    void close() {
        closing = true;
    }
}
