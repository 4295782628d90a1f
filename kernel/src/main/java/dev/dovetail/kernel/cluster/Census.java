package dev.dovetail.kernel.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who lives, judged by beats that move and by this node's own clock alone. Silence counts only while somebody listened: the
 * time in which this node slept, or in which the store was away, is nobody's silence. Thread-safe.
 */
final class Census {
    private final long lease;
    private final long mostUnheard;
    private Map<Holder, Sign> signs = Map.of();
    private Optional<Look> last = Optional.empty();

    /**
     * When somebody was last heard of.
     *
     * @param moved whether that was a beat that moved, and not just one that was there when this node came
     */
    private record Sign(long version, long at, boolean moved) {}

    Census(Cluster.Settings settings) {
        this.lease = settings.lease().toNanos();
        this.mostUnheard = settings.beat().toNanos();
    }

    synchronized void take(Look look) {
        long gap = last.map(before -> look.began() - before.began()).orElse(0L);
        long unheard = Math.max(0, gap - mostUnheard);
        Map<Holder, Sign> now = new HashMap<>();
        for (Look.Pulse pulse : look.pulses()) {
            now.put(
                    pulse.holder(),
                    sign(pulse.holder(), pulse.entry().version(), look.ended(), unheard, last.isPresent()));
        }
        for (Owner owner : look.owners().values()) {
            // one without a beat: its time runs from when it was first seen so
            now.computeIfAbsent(owner.holder(), its -> sign(its, 0, look.ended(), unheard, false));
        }
        signs = now;
        last = Optional.of(look);
    }

    private Sign sign(Holder holder, long version, long now, long unheard, boolean moved) {
        Sign before = signs.get(holder);
        if (before == null) {
            return new Sign(version, now, moved);
        }
        return version > before.version
                ? new Sign(version, now, true)
                : new Sign(before.version, before.at + unheard, before.moved);
    }

    /** Whether nothing was heard for the time of the lease. */
    synchronized boolean isSilent(Holder holder) {
        return silence(holder) >= lease;
    }

    /** Those whose beat was seen to move within the lease. */
    synchronized List<String> live() {
        return last.stream()
                .flatMap(look -> look.pulses().stream())
                .map(Look.Pulse::holder)
                .filter(each -> signs.get(each).moved && !isSilent(each))
                .map(Holder::node)
                .toList();
    }

    /** Those that have a beat in this look, judged by what was heard before it. */
    synchronized List<Node> nodes(Look look) {
        return look.pulses().stream()
                .map(pulse -> new Node(
                        pulse.holder().node(),
                        pulse.address(),
                        pulse.holder().boot(),
                        !isSilent(pulse.holder()),
                        look.owners().values().stream()
                                .filter(owner -> owner.holder().equals(pulse.holder()))
                                .map(Owner::shard)
                                .sorted()
                                .toList(),
                        Duration.ofNanos(Math.max(0, silence(pulse.holder())))))
                .toList();
    }

    /** Up to the beginning of the last look: a beat that came during it may not have been seen. */
    private long silence(Holder holder) {
        Sign sign = signs.get(holder);
        return sign == null || last.isEmpty() ? 0 : last.get().began() - sign.at;
    }
}
