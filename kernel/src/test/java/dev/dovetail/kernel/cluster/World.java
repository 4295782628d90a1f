package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.Asserting;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Several nodes on one store in virtual time, all steps taken by one thread in an order that the seed decides. After every
 * step it checks what must always hold.
 */
final class World {
    static final long MILLI = 1_000_000;

    final Random random;
    final Settings settings;
    final List<Machine> machines = new ArrayList<>();
    final StateStore store;
    private final long seed;
    private final LentState lent;
    private final Map<Integer, TreeMap<Long, Long>> epochs = new HashMap<>();
    /** In virtual nanoseconds. */
    long now;
    /** What may go wrong. */
    Weather weather = Weather.FAIR;
    /** Whether several nodes are ever in the middle of a step at once. */
    boolean interleaved;

    private Optional<Machine> current = Optional.empty();
    private int depth;

    enum Weather {
        /** The store answers within 2 ms. */
        FAIR,
        /** Errors, stalls, commits of unknown fate that are made later or never, pauses and crashes in the middle of a step. */
        FOUL
    }

    World(LentState lent, long seed, Settings settings) {
        this.lent = lent;
        this.seed = seed;
        this.random = new Random(seed);
        this.settings = settings;
        this.store = Asserting.stateStore(new InMemoryStateStore(this::instant));
    }

    Instant instant() {
        return Instant.EPOCH.plusNanos(now);
    }

    Machine add(String name) {
        return add(name, settings);
    }

    Machine add(String name, Settings its) {
        Machine machine = new Machine(
                this, name, its, lent.with(() -> current.orElseThrow().store()));
        machines.add(machine);
        return machine;
    }

    /** Lets one machine do something now, and then checks the world. */
    void step(Machine machine, Machine.Step step) {
        Optional<Machine> before = current;
        current = Optional.of(machine);
        depth++;
        try {
            step.run();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            depth--;
            current = before;
        }
        if (depth == 0) {
            check();
        }
    }

    void run(Duration time) {
        runUntil(now + time.toNanos());
    }

    /** All steps that are due until then. */
    void runUntil(long until) {
        while (true) {
            Optional<Machine> next =
                    machines.stream().filter(each -> each.due() <= until).min(Comparator.comparingLong(Machine::due));
            if (next.isEmpty()) {
                now = Math.max(now, until);
                return;
            }
            now = Math.max(now, next.get().due());
            next.get().goOn();
        }
    }

    /** Time passes in the middle of a step. */
    void pass(long time) {
        if (interleaved && depth < 4) {
            runUntil(now + time);
        } else {
            now += time;
        }
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A version of an owner's key stands for one taking, and later ones have higher epochs. */
    void taken(Fence fence) {
        TreeMap<Long, Long> its = epochs.computeIfAbsent(fence.shard(), any -> new TreeMap<>());
        assertTrue(its.putIfAbsent(fence.version(), fence.epoch()) == null, () -> told(fence + " was taken twice"));
        long before = -1;
        for (long epoch : its.values()) {
            assertTrue(before < epoch, () -> told("epochs of shard " + fence.shard() + " do not grow: " + its));
            before = epoch;
        }
    }

    private void check() {
        for (int shard = 0; shard < settings.shards(); shard++) {
            int its = shard;
            List<Fence> believed =
                    machines.stream().flatMap(each -> each.fence(its).stream()).toList();
            // a step that is cut in two by another may believe for longer; its commits fail
            if (!interleaved) {
                assertTrue(
                        believed.size() <= 1, () -> told("two believe that they own shard " + its + ": " + believed));
            }
            long version = store.find(Papers.owner(shard))
                    .map(dev.dovetail.spi.store.Entry::version)
                    .orElse(0L);
            long proven =
                    believed.stream().filter(each -> each.version() == version).count();
            assertTrue(proven <= 1, () -> told("two can prove that they own shard " + its + ": " + believed));
        }
        machines.forEach(Machine::check);
    }

    /** Every shard has one owner, shares are even, and everybody knows. */
    void checkSettled() {
        List<Machine> live = machines.stream().filter(Machine::isUp).toList();
        int owned = 0;
        List<String> names = live.stream().map(each -> each.name).toList();
        for (Machine each : live) {
            int has = each.cluster().owned().size();
            assertEquals(Shares.of(each.name, names, settings.shards()), has, () -> told("share of " + each.name));
            owned += has;
            each.checkNodes(names);
        }
        assertEquals(settings.shards(), owned, () -> told("shards that are owned"));
    }

    String told(String what) {
        return what + " (seed " + seed + ", at " + now / MILLI + " ms)\n" + String.join("\n", log);
    }

    private final List<String> log = new ArrayList<>();

    void log(String what) {
        log.add(now / MILLI + " " + what);
        if (log.size() > 60) {
            log.removeFirst();
        }
    }
}
