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
    private static final Duration FORGOTTEN = Duration.ofHours(1);

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

    Census(Settings settings) {
        this.lease = settings.lease().toNanos();
        this.mostUnheard = settings.beat().toNanos();
    }

    synchronized void take(Look look) {
        long gap = last.map(before -> look.began() - before.began()).orElse(0L);
        long unheard = Math.max(0, gap - mostUnheard);
        Map<Holder, Sign> now = new HashMap<>();
        for (Look.Pulse pulse : look.pulses()) {
            Sign fresh = new Sign(pulse.entry().version(), look.ended(), last.isPresent());
            now.put(pulse.holder(), sign(pulse.holder(), fresh, look, unheard));
        }
        for (Owner owner : look.owners().values()) {
            // one without a beat: its time runs from when it was first seen so
            Sign fresh = new Sign(0, look.ended(), false);
            now.computeIfAbsent(owner.holder(), its -> sign(its, fresh, look, unheard));
        }
        signs = now;
        last = Optional.of(look);
    }

    private Sign sign(Holder holder, Sign fresh, Look look, long unheard) {
        Sign before = signs.get(holder);
        if (before == null) {
            return fresh;
        }
        if (fresh.version != before.version) {
            return new Sign(fresh.version, fresh.at, true);
        }
        // not later than the look: what was heard during the one before, which took long, was heard then
        long later = Math.clamp(look.began() - before.at, 0, unheard);
        return new Sign(before.version, before.at + later, before.moved);
    }

    /** Beats that have been silent for so long that nobody need see them any more. */
    synchronized List<Look.Pulse> forgotten() {
        return last.stream()
                .flatMap(look -> look.pulses().stream()
                        .filter(pulse -> silence(pulse.holder()) >= FORGOTTEN.toNanos())
                        .filter(pulse -> look.owners().values().stream()
                                .noneMatch(owner -> owner.holder().equals(pulse.holder()))))
                .toList();
    }

    /** Whether nothing was heard for the time of the lease. */
    synchronized boolean isSilent(Holder holder) {
        return silence(holder) >= lease;
    }

    /** Those whose beat was seen to move within the lease, and who take a share. */
    synchronized List<String> live() {
        return last.stream()
                .flatMap(look -> look.pulses().stream())
                .filter(pulse -> !pulse.paused())
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
                        pulse.paused(),
                        look.owners().values().stream()
                                .filter(owner -> owner.holder().equals(pulse.holder()))
                                .map(Owner::shard)
                                .sorted()
                                .toList(),
                        Duration.ofNanos(Math.max(0, silence(pulse.holder()))),
                        pulse.vitals()))
                .toList();
    }

    /** Up to the beginning of the last look: a beat that came during it may not have been seen. */
    private long silence(Holder holder) {
        Sign sign = signs.get(holder);
        return sign == null || last.isEmpty() ? 0 : last.get().began() - sign.at;
    }
}
