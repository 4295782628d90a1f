package dev.dovetail.kernel.durable.due;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A history: what is due in truth, and what is said of it, sometimes later. */
final class History {
    static final Name TENANT = Name.of("default");
    static final int MOST = 20;
    static final Duration AHEAD = Duration.ofSeconds(10);

    final long seed;
    final Random random;
    final InMemoryStateStore store = new InMemoryStateStore();
    final Backlog backlog = new Backlog(MOST, 7, AHEAD);
    final Map<String, Due> truth = new HashMap<>();
    /** What was taken, and by which opening of its shard. */
    final Map<String, Integer> underWay = new HashMap<>();

    /** Commits that are made, and of which nothing was said yet. */
    final List<Runnable> unsaid = new ArrayList<>();

    final Set<String> unsure = new HashSet<>();
    /** Taken before it was said that they are due: when that is said, they come once more, out of date. */
    final Set<String> doubtful = new HashSet<>();

    /** Which opening of a shard goes on. */
    final Map<Integer, Integer> open = new HashMap<>();

    int openings;
    Optional<Reading> reading = Optional.empty();
    List<Entry> found = List.of();
    Instant now = Instant.ofEpochMilli(1_000_000);
    long nanos = System.nanoTime();
    int ids;
    int taken;

    History(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    String told(String what) {
        return what + " (seed " + seed + ")";
    }

    Due due(String id) {
        int shard = id.hashCode() & 3;
        int[] spans = {1, 1000, 8_000, 60_000};
        return new Due(
                id,
                TENANT,
                shard,
                now.plusMillis(random.nextInt(spans[random.nextInt(4)]) - random.nextInt(2) * 2000L));
    }

    void commit(List<Change> changes) {
        store.commit(CommitId.fresh(), changes);
    }

    static Change put(Due due) {
        return new Change.Put(due.key(), Bytes.utf8(due.tenant().text()), Expectation.anything());
    }

    static Change delete(Due due) {
        return new Change.Delete(due.key(), Expectation.anything());
    }

    /** What is committed is said at once or later, but in its order for each id. */
    void say(String id, Runnable word) {
        if (unsure.contains(id) || random.nextInt(3) == 0) {
            unsure.add(id);
            unsaid.add(word);
        } else {
            word.run();
        }
    }

    void sayAll() {
        unsaid.forEach(Runnable::run);
        unsaid.clear();
        unsure.clear();
    }

    void accept() {
        Due due = due("e" + ids++);
        commit(List.of(put(due)));
        truth.put(due.id(), due);
        say(due.id(), () -> backlog.add(due));
    }

    Optional<String> any(boolean taken) {
        List<String> some = truth.keySet().stream()
                .filter(id -> underWay.containsKey(id) == taken && !unsure.contains(id))
                .sorted()
                .toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    void reschedule(String id) {
        Due later = due(id);
        commit(
                later.key().equals(truth.get(id).key())
                        ? List.of(put(later))
                        : List.of(delete(truth.get(id)), put(later)));
        truth.put(id, later);
        say(id, () -> backlog.add(later));
    }

    void cancel(String id) {
        commit(List.of(delete(truth.remove(id))));
        say(id, () -> backlog.remove(id));
    }

    void take() {
        backlog.poll(now).ifPresent(due -> {
            taken++;
            assertTrue(open.containsKey(due.shard()), () -> told("not of an open shard: " + due));
            assertTrue(underWay.put(due.id(), open.get(due.shard())) == null, () -> told("taken twice: " + due));
            assertTrue(!due.at().isAfter(now), () -> told("not due yet: " + due));
            if (unsure.contains(due.id()) || doubtful.contains(due.id())) {
                doubtful.add(due.id());
                return;
            }
            assertEquals(truth.get(due.id()), due, () -> told("out of date"));
            truth.values().stream()
                    .filter(each -> open.containsKey(each.shard()))
                    .filter(each -> !underWay.containsKey(each.id()) && !unsure.contains(each.id()))
                    .min(Due.IN_ORDER)
                    .ifPresent(first -> assertTrue(
                            Due.IN_ORDER.compare(due, first) <= 0, () -> told(first + " comes before " + due)));
        });
    }

    /** Ended, or to be tried again. Whoever took it before the shard was lost can commit nothing any more. */
    void done(String id) {
        Due due = truth.get(id);
        int opening = underWay.remove(id);
        if (due == null || open.getOrDefault(due.shard(), -1) != opening) {
            backlog.done(id);
        } else if (random.nextInt(4) == 0) {
            reschedule(id);
            sayAll();
            backlog.done(id);
        } else {
            commit(List.of(delete(truth.remove(id))));
            backlog.done(id);
        }
    }

    void read() {
        if (reading.isEmpty()) {
            nanos += random.nextLong(20_000_000_000L);
            reading = backlog.read(now).or(() -> backlog.readAgain(now, nanos));
            reading.ifPresent(it -> found = store.list(it.range(), it.limit()));
        } else if (random.nextInt(6) == 0) {
            backlog.giveUp();
            reading = Optional.empty();
        } else {
            backlog.merge(reading.get(), found);
            reading = Optional.empty();
        }
    }

    void openOrClose() {
        int shard = random.nextInt(4);
        if (open.remove(shard) != null) {
            backlog.close(shard);
        } else {
            open.put(shard, openings++);
            backlog.open(shard);
        }
    }

    void step() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> accept();
            case 5 -> any(false).ifPresent(this::reschedule);
            case 6 -> any(false).ifPresent(this::cancel);
            case 7 -> any(true).ifPresent(this::cancel);
            case 8, 9, 10 -> take();
            case 11, 12 ->
                underWay.keySet().stream()
                        .filter(id -> !unsure.contains(id))
                        .min(Comparator.naturalOrder())
                        .ifPresent(this::done);
            case 13, 14, 15, 16 -> read();
            case 17 -> now = now.plusMillis(random.nextInt(3000));
            case 18 -> sayAll();
            default -> {
                if (random.nextInt(5) == 0) {
                    openOrClose();
                }
            }
        }
        assertTrue(backlog.size() <= MOST, () -> told("holds " + backlog.size()));
        int ripe = backlog.ripe(now);
        assertTrue(
                ripe >= 0 && (ripe <= backlog.size() || ripe == MOST),
                () -> told(ripe + " are due of " + backlog.size()));
    }

    /** Everything that is due comes, and nothing else. */
    void drain() {
        sayAll();
        for (String id : List.copyOf(underWay.keySet())) {
            done(id);
        }
        sayAll();
        now = now.plusSeconds(70);
        for (int idle = 0; idle < 3; ) {
            int before = taken;
            take();
            for (String id : List.copyOf(underWay.keySet())) {
                done(id);
            }
            sayAll();
            if (reading.isPresent()) {
                backlog.merge(reading.get(), found);
                reading = Optional.empty();
            } else {
                reading = backlog.read(now);
                reading.ifPresent(it -> found = store.list(it.range(), it.limit()));
            }
            idle = taken == before && reading.isEmpty() ? idle + 1 : 0;
        }
        assertEquals(
                List.of(),
                truth.values().stream()
                        .filter(due ->
                                open.containsKey(due.shard()) && !due.at().isAfter(now))
                        .toList(),
                told("never came"));
        assertEquals(0, backlog.ripe(now), told("counted as due although it was taken"));
    }
}
