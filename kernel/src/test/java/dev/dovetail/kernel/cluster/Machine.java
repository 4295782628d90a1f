package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.StateStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** One node of a {@link World}: its processes one after the other, its clock, and what its watcher heard. */
final class Machine implements Cluster.Watcher {
    private static final long NEVER = Long.MAX_VALUE;

    final String name;
    private final World world;
    private final Settings settings;
    private final Slot<StateStore> slot;
    private final Hazards hazards;
    private final long offset;
    private final double rate;
    private final Map<Integer, Fence> told = new HashMap<>();
    private Optional<Cluster> cluster = Optional.empty();
    private int boots;
    private long nextBeat = NEVER;
    private long nextTick = NEVER;
    private long pausedUntil;
    private boolean beating;
    private boolean ticking;
    boolean crashed;

    interface Step {
        void run() throws InterruptedException;
    }

    Machine(World world, String name, Settings settings, Slot<StateStore> slot) {
        this.world = world;
        this.name = name;
        this.settings = settings;
        this.slot = slot;
        this.hazards = new Hazards(world, this);
        Random random = world.random;
        // clocks of different machines begin anywhere, overflow, and go a little wrong
        this.offset = random.nextBoolean() ? Long.MAX_VALUE - random.nextInt() : random.nextLong();
        this.rate = 0.99 + 0.02 * random.nextDouble();
    }

    StateStore store() {
        return hazards;
    }

    Cluster cluster() {
        return cluster.orElseThrow();
    }

    boolean isUp() {
        return cluster.isPresent() && !crashed;
    }

    boolean isPaused() {
        return world.now < pausedUntil;
    }

    void boot() {
        told.clear();
        crashed = false;
        Cluster fresh = new Cluster(
                slot,
                Thread.ofPlatform().factory(),
                world::instant,
                () -> offset + (long) (world.now * rate),
                new Cluster.Self(name, "http://" + name, "b" + ++boots),
                settings);
        fresh.join(this);
        cluster = Optional.of(fresh);
        nextBeat = world.now;
        nextTick = world.now;
        world.log(name + " boots as b" + boots);
    }

    void crash() {
        world.log(name + " crashes");
        crashed = true;
        nextBeat = NEVER;
        nextTick = NEVER;
    }

    void close() {
        nextBeat = NEVER;
        nextTick = NEVER;
        world.step(this, () -> cluster().close());
        assertEquals(Map.of(), told, () -> world.told(name + " is closed"));
        world.log(name + " closed");
        cluster = Optional.empty();
    }

    void pause(long time) {
        world.log(name + " pauses for " + time / World.MILLI);
        pausedUntil = world.now + time;
    }

    void resume() {
        pausedUntil = world.now;
    }

    /** When it does something next. A step that goes on is not begun again. */
    long due() {
        long due = Math.min(beating ? NEVER : nextBeat, ticking ? NEVER : nextTick);
        return due == NEVER ? NEVER : Math.max(due, pausedUntil);
    }

    void goOn() {
        long beat = settings.beat().toNanos();
        if (!beating && (ticking || nextBeat <= nextTick)) {
            beating = true;
            boolean well = tried("beat", () -> cluster().beat());
            beating = false;
            nextBeat = crashed ? NEVER : world.now + (well ? beat : beat / 4);
        } else {
            ticking = true;
            tried("tick", () -> cluster().tick());
            ticking = false;
            nextTick = crashed ? NEVER : world.now + beat / 4;
        }
    }

    private boolean tried(String what, Step step) {
        boolean[] well = {true};
        world.step(this, () -> {
            try {
                step.run();
            } catch (PluginFailure e) {
                world.log(name + " " + what + ": " + e.getMessage());
                well[0] = false;
            }
        });
        return well[0];
    }

    Optional<Fence> fence(int shard) {
        return isUp() ? cluster().fence(shard) : Optional.empty();
    }

    @Override
    public void taken(Fence fence) {
        if (crashed) {
            return;
        }
        world.log(name + " takes " + fence.shard() + " epoch " + fence.epoch());
        assertTrue(told.put(fence.shard(), fence) == null, () -> world.told(name + " was told twice of " + fence));
        world.taken(fence);
    }

    @Override
    public void lost(int shard) {
        if (crashed) {
            return;
        }
        world.log(name + " loses " + shard);
        assertTrue(told.remove(shard) != null, () -> world.told(name + " lost " + shard + " which it had not"));
        assertEquals(Optional.empty(), cluster().fence(shard), () -> world.told("fence of what is lost"));
    }

    /** What may be used is what the watcher was told. */
    void check() {
        if (isUp() && !ticking) {
            for (Fence fence : cluster().owned()) {
                assertEquals(fence, told.get(fence.shard()), () -> world.told(name + "'s watcher"));
            }
        }
    }

    void checkNodes(List<String> live) {
        world.step(this, () -> {
            List<Node> nodes = cluster().nodes();
            assertEquals(
                    live.stream().sorted().toList(),
                    nodes.stream().filter(Node::alive).map(Node::name).toList(),
                    () -> world.told("nodes that " + name + " sees"));
            assertEquals(
                    world.settings.shards(),
                    nodes.stream().mapToInt(each -> each.shards().size()).sum());
        });
    }
}
