package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.Guest;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What really is in the store and has left the system, and what must never be so. */
final class SimTruth {
    private final InMemoryStateStore store;
    private final Bug bug;
    private final Random random;
    private final Set<CommitId> made = new HashSet<>();
    private final Map<SimNode, Deque<List<Change>>> undo = new HashMap<>();
    private final Map<String, ExecutionStatus> statuses = new HashMap<>();
    private final Map<String, Bytes> ended = new HashMap<>();
    private final Set<String> listed = new HashSet<>();
    private final Set<String> settled = new HashSet<>();
    private final Map<String, Integer> effects = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int commits;

    /** What can be wrong with a store, or with how it is used. */
    enum Bug {
        NONE,
        /** Whoever was the owner once may still write. */
        IGNORES_FENCES,
        /** The last commits before a crash were answered and are not there. */
        REPLIES_BEFORE_COMMIT,
        /** Now and then the time at which something goes on is not written. */
        LOSES_TIMERS,
        /** Nothing is left by which what has ended is found before it is listed. */
        FORGETS_ENDS
    }

    SimTruth(InstantSource clock, Bug bug, Random random) {
        this.store = new InMemoryStateStore(clock);
        this.bug = bug;
        this.random = random;
    }

    InMemoryStateStore store() {
        return store;
    }

    List<String> violations() {
        return violations;
    }

    int commits() {
        return commits;
    }

    int effects() {
        return effects.values().stream().mapToInt(Integer::intValue).sum();
    }

    int ends() {
        return ended.size();
    }

    Committed commit(SimNode node, CommitId id, List<Change> asked) {
        List<Change> changes = new ArrayList<>(asked);
        if (bug == Bug.IGNORES_FENCES) {
            changes.removeIf(Change.Check.class::isInstance);
        }
        if (bug == Bug.LOSES_TIMERS) {
            changes.removeIf(each ->
                    each instanceof Change.Put && each.key().path().contains("/due/") && random.nextInt(3) == 0);
        }
        List<Change> back = changes.stream()
                .filter(each -> !(each instanceof Change.Check))
                .map(this::before)
                .toList();
        Committed answer = store.commit(id, changes);
        if (answer instanceof Committed.Done && made.add(id)) {
            commits++;
            undo.computeIfAbsent(node, any -> new ArrayDeque<>()).push(back);
            changes.forEach(each -> {
                if (each instanceof Change.Put put) {
                    saw(put);
                }
            });
            if (bug == Bug.FORGETS_ENDS) {
                forgetEnds();
            }
        }
        return answer;
    }

    private void forgetEnds() {
        for (int shard = 0; shard < 4; shard++) {
            due(shard).stream()
                    .filter(due -> ended.containsKey(due.id()))
                    .forEach(due -> store.commit(
                            CommitId.fresh(), List.of(new Change.Delete(due.key(), Expectation.anything()))));
        }
    }

    private Change before(Change change) {
        return store.find(change.key())
                .<Change>map(there -> new Change.Put(change.key(), there.value(), Expectation.anything()))
                .orElseGet(() -> new Change.Delete(change.key(), Expectation.anything()));
    }

    /** A node has died; a store that answers too early loses what it wrote last. */
    void died(SimNode node) {
        Deque<List<Change>> last = undo.getOrDefault(node, new ArrayDeque<>());
        if (bug == Bug.REPLIES_BEFORE_COMMIT && !last.isEmpty()) {
            store.commit(CommitId.fresh(), last.pop());
        }
        undo.remove(node);
    }

    private void saw(Change.Put put) {
        String[] parts = put.key().path().split("/");
        if (put.key().space() == Key.Space.HISTORY && parts[3].equals("x")) {
            if (!ended.containsKey(parts[4])) {
                violations.add(parts[4] + " was said to have ended, and has not");
            }
            listed.add(parts[4]);
            return;
        }
        if (put.key().space() == Key.Space.HISTORY) {
            Bytes before = ended.putIfAbsent(parts[4], put.value());
            if (before != null && !before.equals(put.value())) {
                violations.add(parts[4] + " ended twice: " + before.text() + " and "
                        + put.value().text());
            }
            return;
        }
        if (!parts[0].equals("t") || !Set.of("o", "s", "j").contains(parts[2])) {
            return;
        }
        String id = parts[3];
        if (ended.containsKey(id)) {
            violations.add(id + " was written to after its end: " + put.key());
        }
        if (parts[2].equals("s")) {
            ExecutionStatus next = ExecutionStatus.find(
                            SimWorld.SCHEMAS.parse(put.value()).get("status").stringValue())
                    .orElseThrow();
            ExecutionStatus before = statuses.getOrDefault(id, ExecutionStatus.QUEUED);
            boolean running = before.mayBecome(ExecutionStatus.RUNNING) && ExecutionStatus.RUNNING.mayBecome(next);
            if (before != next && !before.mayBecome(next) && !running) {
                violations.add(id + " was " + before.word() + " and became " + next.word());
            }
            statuses.put(id, next);
        }
    }

    SimProgram.Witness witness(String id, SimNode node) {
        return new SimProgram.Witness() {
            @Override
            public void effect(String execution, String effectId, Set<String> settledBefore) {
                node.acts();
                settled.addAll(settledBefore);
                if (settled.contains(effectId)) {
                    violations.add("the step " + effectId + " was settled, and runs again");
                }
                if (ended.containsKey(execution)
                        && node.fence(SimWorld.shard(execution)).isEmpty()) {
                    violations.add(execution + " has ended and runs where nobody owns it");
                }
                effects.merge(effectId, 1, Integer::sum);
            }

            @Override
            public void computes(Set<String> settledBefore) {
                node.acts();
                settled.addAll(settledBefore);
            }

            @Override
            public boolean fails(long seed, int attempt) {
                return Math.floorMod(seed, 13) == 0 || Math.floorMod(seed, 5) == 0 && attempt < 3;
            }
        };
    }

    Bench.Stretch undoes(Order order, Entry.Compensation entry, boolean fails) {
        return fails
                ? new Bench.Stretch(Optional.empty(), Optional.of(Guest.fault("cannot undo")), "sim", List.of())
                : new Bench.Stretch(Optional.of(Bytes.utf8("null")), Optional.empty(), "sim", List.of());
    }

    /** Where the record of one that has ended lies. */
    static Key record(String id) {
        return Key.history("20261121/t/default/x/" + id);
    }

    private List<String> last(String prefix, int part) {
        return store.list(Range.prefix(Key.Space.STATE, prefix), 10_000).stream()
                .map(each -> each.key().path().split("/")[part])
                .toList();
    }

    /** What is due in a shard. */
    List<Due> due(int shard) {
        List<Due> found = new ArrayList<>();
        Range range = Range.prefix(Key.Space.STATE, "c/shard/%02d/due/".formatted(shard));
        store.list(range, 1000).forEach(each -> {
            String[] parts = each.key().path().split("/");
            found.add(new Due(parts[5], SimWorld.TENANT, shard, Instant.ofEpochMilli(Long.parseLong(parts[4], 16))));
        });
        return found;
    }

    boolean exists(String id) {
        return ended.containsKey(id) || open().contains(id);
    }

    /** The ids of those that have not ended. */
    List<String> open() {
        return last("t/default/o/", 3);
    }

    /** Nothing waits without a time at which it goes on. */
    void checkWaiting() {
        Set<String> due = new HashSet<>();
        for (int shard = 0; shard < 4; shard++) {
            due.addAll(last("c/shard/%02d/due/".formatted(shard), 5));
        }
        open().stream()
                .filter(id -> !due.contains(id))
                .forEach(id -> violations.add(id + " waits and nothing says when it goes on"));
    }

    /** All that was accepted has ended and is among the records, and nothing is left of it among what is open. */
    void checkEnd(Collection<String> accepted) {
        accepted.stream()
                .filter(id -> !ended.containsKey(id))
                .forEach(id -> violations.add(id + " was accepted and never ended: " + statuses.get(id)));
        ended.keySet().stream()
                .filter(id -> !listed.contains(id))
                .forEach(id -> violations.add(id + " has ended, and no list has it"));
        for (int shard = 0; shard < 4; shard++) {
            due(shard).forEach(due -> violations.add("left behind: " + due.key()));
        }
        store.list(Range.prefix(Key.Space.STATE, "t/default/"), 10_000).stream()
                .map(each -> each.key().path())
                .filter(path -> !path.startsWith("t/default/d/"))
                .filter(path -> !(path.startsWith("t/default/e/") && ended.containsKey(path.substring(12))))
                .forEach(path -> violations.add("left behind: " + path));
    }
}
