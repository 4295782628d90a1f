package dev.dovetail.kernel.sweep;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Stored;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.cluster.Swept;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.BlobStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Deletes blobs that nothing in the state store has referred to for a while, and that were not put for as long. That time is also how
 * old a backup of the state store may be whose blobs are all there.
 *
 * <p>One node of the cluster does it. A deploy loses nothing by it, however long it takes ({@link Swept}), as long as the
 * clocks of the nodes differ by less than that time.
 */
public final class Sweep {
    private static final System.Logger LOG = System.getLogger(Sweep.class.getName());

    private final Slot<BlobStore> blobs;
    private final Catalog catalog;
    private final Fleet fleet;
    private final Cluster cluster;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Duration grace;
    private final LongConsumer deleted;
    private final Marks marks;
    private final Neighbours neighbours;
    private boolean warned;

    /**
     * @param clock a time that has passed on all nodes; nothing is done as long as that is not known, which is said by the beginning of 1970
     * @param grace how long nothing must have referred to a blob; an hour at least
     * @param deleted told how many were deleted
     */
    public Sweep(
            Plugins plugins,
            Catalog catalog,
            Fleet fleet,
            Cluster cluster,
            Schemas schemas,
            InstantSource clock,
            Duration grace,
            LongConsumer deleted) {
        if (grace.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException(
                    "Clocks may differ by as much as " + grace + "; expected an hour at least");
        }
        this.blobs = plugins.blobs();
        this.catalog = catalog;
        this.fleet = fleet;
        this.cluster = cluster;
        this.schemas = schemas;
        this.clock = clock;
        this.grace = grace;
        this.deleted = deleted;
        this.marks = new Marks(plugins.state(), schemas);
        this.neighbours = new Neighbours(plugins.state(), plugins.blobs(), schemas);
    }

    /**
     * Does it once, if this node is the one that does; called by one thread at a time. What fails is logged, and nothing is deleted
     * that was not looked up to the end.
     *
     * @param unneeded how long nothing must have been open on a version that was taken out, for it to be forgotten
     */
    public void run(Duration unneeded, Stored.Pins pins) throws InterruptedException {
        Optional<Fence> fence = cluster.fence(0);
        Instant now = clock.instant();
        if (fence.isEmpty() || now.equals(Instant.EPOCH)) {
            return;
        }
        try {
            catalog.stored().forget(fence.get(), unneeded, pins, now);
            sweep(fence.get(), now);
        } catch (Marks.Lost e) {
            cluster.lost(e.fence());
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "What nothing refers to could not be looked for in the blob store, and is the next time: {0}",
                    e.getMessage());
        }
    }

    private void sweep(Fence fence, Instant now) throws InterruptedException {
        Instant since = now.minus(grace);
        if (neighbours.any(since)) {
            warn();
            return;
        }
        // first what there is: what is put from now on is not looked at
        Set<Blob> there = there();
        Set<Blob> used = used();
        Map<Blob, Instant> marked = marks.all();
        Set<Blob> unused = new HashSet<>(there);
        unused.removeAll(used);
        Set<Blob> fresh = new HashSet<>(unused);
        fresh.removeAll(marked.keySet());
        marks.put(fence, fresh, now);
        Set<Blob> over = new HashSet<>(marked.keySet());
        over.removeAll(unused);
        marks.remove(fence, over);
        Set<Blob> due = new HashSet<>(unused);
        due.removeIf(each -> !marked.getOrDefault(each, now).isBefore(since));
        if (!due.isEmpty()) {
            // whoever commits a reference after this has put the blob after this; whoever did before is seen
            marks.commit(
                    fence,
                    List.of(Swept.next(
                            schemas.bytes(schemas.object().put("schema", 1).put("at", now.toString())))));
            due.removeAll(used());
            delete(fence, due, since, now);
        }
    }

    private void delete(Fence fence, Set<Blob> due, Instant since, Instant now) throws InterruptedException {
        Set<Blob> gone = new HashSet<>();
        Set<Blob> lately = new HashSet<>();
        try {
            for (Blob each : due) {
                if (!cluster.fence(0).equals(Optional.of(fence))) {
                    throw new Marks.Lost(fence);
                }
                boolean done = blobs.use(store -> store.delete(each.owner(), each.digest(), since));
                (done ? gone : lately).add(each);
            }
        } finally {
            if (!gone.isEmpty()) {
                deleted.accept(gone.size());
                LOG.log(
                        Level.INFO,
                        "{0} blobs were deleted that nothing has referred to since {1}",
                        gone.size(),
                        since);
            }
        }
        marks.remove(fence, gone);
        marks.put(fence, lately, now); // by a deploy that failed, or is under way
    }

    private Set<Blob> there() throws InterruptedException {
        Set<Name> owners = new HashSet<>(catalog.stored().tenants());
        owners.addAll(fleet.jars().keySet());
        Set<Blob> all = new HashSet<>();
        for (Name owner : owners) {
            if (Neighbours.isOwner(owner)) {
                throw new IllegalStateException("a tenant has the name " + owner + ", which the system needs");
            }
            blobs.use(store -> {
                store.scan(owner, digest -> all.add(new Blob(owner, digest)));
                return owner;
            });
        }
        return all;
    }

    private Set<Blob> used() throws InterruptedException {
        Map<Name, Set<Digest>> digests = new HashMap<>(catalog.stored().digests());
        Set<Blob> all = new HashSet<>();
        digests.forEach((owner, its) -> its.forEach(each -> all.add(new Blob(owner, each))));
        fleet.jars().forEach((owner, its) -> its.forEach(each -> all.add(new Blob(owner, each))));
        return all;
    }

    private void warn() {
        if (!warned) {
            warned = true;
            LOG.log(
                    Level.WARNING,
                    "Another state store keeps blobs in this blob store, or did until less than {0} ago: nothing is deleted"
                            + " from it. Give each system a blob store of its own",
                    grace);
        }
    }
}
