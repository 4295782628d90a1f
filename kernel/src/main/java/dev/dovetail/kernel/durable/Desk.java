package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The journals that lie open on this node: what they may take of its memory together. The one that grows beyond that is put away, and
 * taken up again when there is room; who has waited for long has those put away that have lain there for longest. One alone always has
 * room, so that there is always one that gets on. Small ones are not counted. Thread-safe.
 */
final class Desk {
    /** Up to here a journal costs about what its execution does. */
    private static final long SMALL = 64 << 10;

    /** One that does not come again after so long has ended, or is another node's. */
    private static final long GONE_NANOS = 5_000_000_000L;

    private final long most;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Lying> lying = new LinkedHashMap<>();
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    /** One whose journal lies here. */
    private static final class Lying {
        final Runnable leave;
        final long since;
        long weight;
        boolean leaves;

        Lying(Runnable leave, long since) {
            this.leave = leave;
            this.since = since;
        }
    }

    /** One that was put away, or found no room, and comes again. */
    private static final class Waiting {
        final long since;
        long weight;
        long seen;

        Waiting(long since) {
            this.since = since;
        }
    }

    /** @param most how much memory they take together at the most */
    Desk(long most) {
        this(most, Duration.ofSeconds(10), System::nanoTime);
    }

    /** @param patience how long one waits before others are put away for it */
    Desk(long most, Duration patience, LongSupplier nanoTime) {
        this.most = most;
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /** One of which is told how much lies there. */
    static Desk shown(long most, Telemetry telemetry) {
        Desk desk = new Desk(most);
        telemetry.gauge(
                "executions.journals.bytes",
                "Memory that the journals of the executions take that this node carries, small ones aside",
                () -> List.of(new Reading(desk.taken(), Map.of())));
        return desk;
    }

    /** What all may take of a memory of this size. */
    static long of(long heap) {
        return heap / 8 * 3;
    }

    /** What one of them may take. */
    long one() {
        return most / 3 * 2;
    }

    /** Whether there is room for one that is not here, as far as it is known; who is told no comes again. */
    synchronized boolean hasRoom(String id) {
        Waiting mine = waiting.get(id);
        return mine == null || hasRoom(id, mine.weight);
    }

    /**
     * One that is being taken up has come to take so much.
     *
     * @param leave tells it to leave, which it does a while later
     * @return false if it has to be put away again
     */
    synchronized boolean takesUp(String id, Runnable leave, long weight) {
        if (weight > SMALL && !hasRoom(id, weight)) {
            return false;
        }
        if (weight > SMALL) {
            lying.computeIfAbsent(id, _ -> new Lying(leave, nanoTime.getAsLong())).weight = weight;
        }
        return true;
    }

    /** One that is carried has grown to so much; it is told to leave if that is more than there is room for. */
    synchronized void grows(String id, Runnable leave, long weight) {
        if (weight <= SMALL) {
            return;
        }
        Lying mine = lying.computeIfAbsent(id, _ -> new Lying(leave, nanoTime.getAsLong()));
        mine.weight = weight;
        waiting.remove(id);
        if (!mine.leaves && others(id) > 0 && others(id) + weight > most) {
            leaves(mine);
        }
    }

    /** It is carried no longer. */
    synchronized void clear(String id) {
        Lying mine = lying.remove(id);
        if (mine != null && mine.leaves) {
            waits(id, mine.weight);
        }
    }

    /** About how much lies here. */
    synchronized long taken() {
        return lying.values().stream().mapToLong(each -> each.weight).sum();
    }

    private boolean hasRoom(String id, long weight) {
        long now = nanoTime.getAsLong();
        waiting.values().removeIf(each -> now - each.seen > patienceNanos + GONE_NANOS);
        boolean first = waiting.entrySet().stream()
                .takeWhile(each -> !each.getKey().equals(id))
                .noneMatch(each -> !lying.containsKey(each.getKey()) && now - each.getValue().since > patienceNanos);
        long others = others(id);
        if (first && (others == 0 || others + weight <= most)) {
            return true;
        }
        Waiting mine = waits(id, weight);
        if (first && now - mine.since > patienceNanos) {
            makeRoom(others + weight - most, now);
        }
        return false;
    }

    private Waiting waits(String id, long weight) {
        long now = nanoTime.getAsLong();
        Waiting mine = waiting.computeIfAbsent(id, _ -> new Waiting(now));
        mine.seen = now;
        mine.weight = Math.max(mine.weight, weight);
        return mine;
    }

    private void makeRoom(long wanted, long now) {
        long leaving = lying.values().stream()
                .filter(each -> each.leaves)
                .mapToLong(each -> each.weight)
                .sum();
        for (Lying each : lying.values().stream()
                .filter(it -> !it.leaves && now - it.since > patienceNanos)
                .sorted(Comparator.comparingLong(it -> it.since))
                .toList()) {
            if (leaving >= wanted) {
                return;
            }
            leaves(each);
            leaving += each.weight;
        }
    }

    private static void leaves(Lying one) {
        one.leaves = true;
        one.leave.run();
    }

    private long others(String id) {
        return lying.entrySet().stream()
                .filter(each -> !each.getKey().equals(id))
                .mapToLong(each -> each.getValue().weight)
                .sum();
    }
}
