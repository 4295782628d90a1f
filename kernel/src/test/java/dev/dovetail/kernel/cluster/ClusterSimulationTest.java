package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.FirstRunCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come, go, sleep and cannot reach the store, in virtual time; a failure tells its seed. */
@FirstRunCounts
final class ClusterSimulationTest {
    private static final Settings SETTINGS = new Settings(8, Duration.ofSeconds(1), Duration.ofSeconds(3));
    private static final int HISTORIES = Integer.getInteger("dovetail.histories", 150);

    @TempDir
    static Path folder;

    private static LentState lent;

    @BeforeAll
    static void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterAll
    static void close() {
        lent.close();
    }

    @Test
    void noShardEverHasTwoOwnersAndInTheEndEachHasOne() {
        Random seeds = new Random();
        for (int i = 0; i < HISTORIES; i++) {
            history(seeds.nextLong(), false);
        }
    }

    @Test
    void noShardHasTwoOwnersWhoCanProveItThoughTheirStepsAreCutByOthers() {
        Random seeds = new Random();
        for (int i = 0; i < HISTORIES; i++) {
            history(seeds.nextLong(), true);
        }
    }

    /** Half a minute of bad weather, and then enough fair weather to settle. */
    private static void history(long seed, boolean interleaved) {
        World world = new World(lent, seed, SETTINGS);
        world.interleaved = interleaved;
        world.weather = World.Weather.FOUL;
        int nodes = world.random.nextInt(1, 5);
        for (int i = 0; i < nodes; i++) {
            world.add("n" + i);
        }
        world.machines.getFirst().boot();
        for (int i = 0; i < 60; i++) {
            world.run(Duration.ofMillis(world.random.nextInt(1000)));
            mishap(world, world.machines.get(world.random.nextInt(nodes)));
        }
        world.weather = World.Weather.FAIR;
        world.machines.forEach(Machine::resume);
        if (world.machines.stream().noneMatch(Machine::isUp)) {
            world.machines.getLast().boot();
        }
        world.run(SETTINGS.lease().multipliedBy(4));
        world.checkSettled();
        for (Machine each : world.machines) {
            if (each.isUp()) {
                each.close();
            }
        }
    }

    private static void mishap(World world, Machine machine) {
        if (!machine.isUp()) {
            if (world.chance(0.4)) {
                machine.boot();
            }
            return;
        }
        switch (world.random.nextInt(8)) {
            case 0 -> machine.crash();
            case 1, 2 -> machine.pause(World.MILLI * world.random.nextInt(1, 8000));
            case 3 -> {
                List<Fence> owned = machine.cluster().owned();
                if (!owned.isEmpty()) {
                    machine.cluster().lost(owned.get(world.random.nextInt(owned.size())));
                }
            }
            case 4 -> {
                machine.crash();
                machine.boot();
            }
            default -> {}
        }
    }

    @Test
    void theSimulationFindsANodeThatBelievesForTooLong() {
        Random seeds = new Random();
        Settings wrong = new Settings(8, SETTINGS.beat(), Duration.ofSeconds(9));
        assertThrows(AssertionError.class, () -> {
            for (int i = 0; i < 50; i++) {
                World world = new World(lent, seeds.nextLong(), SETTINGS);
                world.add("right").boot();
                world.run(Duration.ofSeconds(1));
                Machine believer = world.add("wrong", wrong);
                believer.boot();
                world.run(Duration.ofSeconds(4));
                believer.pause(World.MILLI * world.random.nextInt(1, 8000));
                world.run(Duration.ofSeconds(9));
            }
        });
    }

    @Test
    void theShardsOfADeadNodeAreTakenWithinLeaseAndBeat() {
        for (long seed = 0; seed < 50; seed++) {
            World world = three(seed);
            Machine dead = world.machines.get(world.random.nextInt(3));
            world.run(Duration.ofMillis(world.random.nextInt(2000)));
            dead.crash();
            long crashed = world.now;
            while (owned(world) < 8) {
                world.run(Duration.ofMillis(5));
                Duration waited = Duration.ofNanos(world.now - crashed);
                assertTrue(
                        waited.compareTo(SETTINGS.lease().plus(SETTINGS.beat())) <= 0,
                        world.told("not taken after " + waited));
            }
            Duration waited = Duration.ofNanos(world.now - crashed);
            assertTrue(
                    waited.compareTo(SETTINGS.lease().minus(SETTINGS.beat())) > 0,
                    world.told("taken after " + waited + " already, while it might have lived"));
        }
    }

    private static World three(long seed) {
        World world = new World(lent, seed, SETTINGS);
        for (String name : List.of("a", "b", "c")) {
            world.add(name).boot();
            world.run(Duration.ofMillis(world.random.nextInt(1500)));
        }
        world.run(SETTINGS.lease());
        world.checkSettled();
        return world;
    }

    private static int owned(World world) {
        return world.machines.stream()
                .filter(Machine::isUp)
                .mapToInt(each -> each.cluster().owned().size())
                .sum();
    }

    @Test
    void aNodeThatComesBackHasItsShardsAtOnce() {
        for (long seed = 0; seed < 50; seed++) {
            World world = three(seed);
            Machine machine = world.machines.get(1);
            int before = machine.cluster().owned().size();
            world.run(Duration.ofMillis(world.random.nextInt(1000)));
            machine.crash();
            world.run(Duration.ofMillis(world.random.nextInt(1500)));
            long began = world.now;
            machine.boot();
            machine.goOn();
            machine.goOn();
            assertEquals(before, machine.cluster().owned().size(), world.told("owned after the first two steps"));
            assertTrue(world.now - began < 50 * World.MILLI);
        }
    }

    @Test
    void aNodeThatLeavesIsFollowedAtOnce() {
        World world = three(1);
        world.machines.get(0).close();
        world.run(SETTINGS.beat().dividedBy(2));
        assertEquals(8, owned(world));
        world.checkSettled();
        world.machines.get(1).close();
        world.machines.get(2).close();
        world.machines.get(0).boot();
        world.machines.get(0).goOn();
        world.machines.get(0).goOn();
        world.checkSettled();
    }

    @Test
    void aNodeThatWasPausedFindsItselfFenced() {
        World world = three(2);
        Machine paused = world.machines.get(2);
        List<Fence> had = paused.cluster().owned();
        paused.pause(6000 * World.MILLI);
        world.run(Duration.ofMillis(1500));
        assertEquals(had, paused.cluster().owned(), world.told("within its lease"));
        world.run(Duration.ofMillis(4000));
        assertEquals(List.of(), paused.cluster().owned(), world.told("without its ever having run again"));
        for (Fence fence : had) {
            var answer = world.store.commit(
                    dev.dovetail.spi.store.CommitId.fresh(),
                    List.of(
                            fence.check(),
                            new dev.dovetail.spi.store.Change.Put(
                                    dev.dovetail.spi.store.Key.state("c/shard/work"),
                                    dev.dovetail.spi.Bytes.utf8("late"),
                                    dev.dovetail.spi.store.Expectation.anything())));
            assertTrue(answer instanceof dev.dovetail.spi.store.Committed.Conflict);
        }
        world.run(Duration.ofSeconds(4));
        world.checkSettled();
    }

    @Test
    void aStoreThatIsAwayForLongCostsNobodyItsShards() {
        World world = three(3);
        Map<Integer, Long> before = epochs(world);
        for (int i = 0; i < 3; i++) {
            world.machines.get(i).pause((20_000 + 400 * i) * World.MILLI); // no one reaches the store
        }
        world.run(Duration.ofSeconds(23));
        world.checkSettled();
        before.replaceAll((shard, epoch) -> epoch + 1); // each owner took its own again, and nobody else did
        assertEquals(before, epochs(world), world.told("who owned what"));
    }

    private static Map<Integer, Long> epochs(World world) {
        Map<Integer, Long> epochs = new HashMap<>();
        world.machines.forEach(
                each -> each.cluster().owned().forEach(fence -> epochs.put(fence.shard(), fence.epoch())));
        return epochs;
    }

    @Test
    void whoHasANodesNameLaterOwnsAndTheEarlierStandsBack() {
        World world = three(4);
        world.interleaved = true; // until it knows, the earlier one believes; it cannot prove
        Machine copy = world.add("c");
        for (int i = 0; i < 4; i++) {
            copy.boot(); // so that the names of its processes differ
        }
        world.run(Duration.ofSeconds(10));
        assertEquals(List.of(), world.machines.get(2).cluster().owned());
        assertEquals(8, owned(world));
        assertTrue(copy.cluster().owned().size() >= 2);
    }

    @Test
    void aBeatThatIsSilentForAnHourIsForgotten() {
        World world = three(5);
        world.machines.get(0).crash();
        world.run(Duration.ofMinutes(59));
        assertTrue(world.store.find(Papers.beat("a")).isPresent());
        world.run(Duration.ofMinutes(2));
        assertTrue(world.store.find(Papers.beat("a")).isEmpty());
        world.checkSettled();
    }
}
