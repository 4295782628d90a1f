package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What waits in this node's shards, by the plugin version that ran it last. What a shard has is counted once, when it has become this
 * node's, and changed from then on with each commit that changes it. Thread-safe.
 */
final class Census {
    private final Map<Integer, Shard> shards = new HashMap<>();
    private final Deque<Fence> toCount = new ArrayDeque<>();

    /**
     * What one that is suspended comes to.
     *
     * @param plugin its id and its version, with a space between
     * @param rows how many segments its journal has
     * @param events for how many types of events it waits
     */
    record Share(String plugin, int rows, int events) {
        /** Of one that stands like this; nothing if it is not suspended. */
        static Optional<Share> of(Standing standing, String plugin) {
            return standing.status() == ExecutionStatus.SUSPENDED
                    ? Optional.of(new Share(
                            plugin, standing.segments(), standing.events().size()))
                    : Optional.empty();
        }
    }

    /** What those of one plugin version come to. */
    private static final class Sum {
        private long executions;
        private long rows;
        private long events;

        private void add(Share share, int times) {
            executions += times;
            rows += (long) times * share.rows();
            events += (long) times * share.events();
        }
    }

    private static final class Shard {
        private final Fence fence;
        private final Map<String, Sum> sums = new HashMap<>();
        /** Of which what the store has is among the sums, or nothing is there; while it is counted. */
        private final Set<String> known = new HashSet<>();

        private boolean counted;

        private Shard(Fence fence) {
            this.fence = fence;
        }
    }

    /** One that is told. */
    static Census shown(Telemetry telemetry) {
        Census census = new Census();
        census.show(
                telemetry,
                "plugin.executions.suspended",
                "Executions of this node that wait and hold nothing, by the plugin version that ran them last",
                sum -> sum.executions);
        census.show(
                telemetry,
                "plugin.journal.rows",
                "Rows that the journals of these executions have in the store",
                sum -> sum.rows);
        census.show(
                telemetry,
                "plugin.subscriptions",
                "Types of events for which these executions wait, each its own",
                sum -> sum.events);
        return census;
    }

    private void show(Telemetry telemetry, String name, String description, ToLongFunction<Sum> what) {
        telemetry.gauge(name, description, () -> readings(what));
    }

    private synchronized List<Reading> readings(ToLongFunction<Sum> what) {
        Map<String, Long> all = new TreeMap<>();
        shards.values()
                .forEach(shard ->
                        shard.sums.forEach((plugin, sum) -> all.merge(plugin, what.applyAsLong(sum), Long::sum)));
        return all.entrySet().stream()
                .map(each -> new Reading(each.getValue(), labels(each.getKey())))
                .toList();
    }

    /** Of one that was suspended before its plugin was kept with it nobody knows it. */
    private static Map<String, String> labels(String plugin) {
        int space = plugin.indexOf(' ');
        return space < 0
                ? Map.of("plugin", plugin.isEmpty() ? "unknown" : plugin)
                : Map.of("plugin", plugin.substring(0, space), "version", plugin.substring(space + 1));
    }

    /** A shard is this node's: what is in it is to be counted. */
    synchronized void opened(Fence fence) {
        shards.put(fence.shard(), new Shard(fence));
        toCount.add(fence);
    }

    synchronized void lost(int shard) {
        shards.remove(shard);
    }

    /** The next shard that is to be counted. */
    synchronized Optional<Fence> next() {
        return Optional.ofNullable(toCount.poll());
    }

    /** It could not be counted now. */
    synchronized void again(Fence fence) {
        if (find(fence).isPresent()) {
            toCount.add(fence); // what was counted of it stays so
        }
    }

    /** Counts one as the store had it a moment ago, unless it was carried since the shard is this node's. */
    synchronized void count(Fence fence, String id, Optional<Share> share) {
        find(fence).filter(shard -> shard.known.add(id)).ifPresent(shard -> change(shard, Optional.empty(), share));
    }

    /** All of a shard was counted. */
    synchronized void counted(Fence fence) {
        find(fence).ifPresent(shard -> {
            shard.counted = true;
            shard.known.clear();
        });
    }

    /** One is about to be read, to be carried: whether what the store has of it is among the sums already. */
    synchronized boolean takes(Fence fence, String id) {
        return find(fence).map(shard -> shard.counted || !shard.known.add(id)).orElse(true);
    }

    /** What the store has of one has changed. */
    synchronized void changes(Fence fence, Optional<Share> before, Optional<Share> after) {
        if (!before.equals(after)) {
            find(fence).ifPresent(shard -> change(shard, before, after));
        }
    }

    /** One that is carried under this fence, of which the store has this. For one thread at a time. */
    One one(Fence fence, Optional<Share> share) {
        return new One(fence, share);
    }

    /** What the store has of one, as is known here. */
    final class One {
        private final Fence fence;
        private Optional<Share> share;

        private One(Fence fence, Optional<Share> share) {
            this.fence = fence;
            this.share = share;
        }

        void is(Optional<Share> now) {
            changes(fence, share, now);
            share = now;
        }
    }

    private Optional<Shard> find(Fence fence) {
        return Optional.ofNullable(shards.get(fence.shard())).filter(shard -> shard.fence.equals(fence));
    }

    private static void change(Shard shard, Optional<Share> before, Optional<Share> after) {
        before.ifPresent(share -> sum(shard, share).add(share, -1));
        after.ifPresent(share -> sum(shard, share).add(share, 1));
        before.filter(share -> sum(shard, share).executions == 0).ifPresent(share -> shard.sums.remove(share.plugin()));
    }

    private static Sum sum(Shard shard, Share share) {
        return shard.sums.computeIfAbsent(share.plugin(), _ -> new Sum());
    }
}
