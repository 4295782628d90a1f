package dev.dovetail.kernel.cluster;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The way from one machine to the store, with all that can happen on it. */
final class Hazards implements StateStore {
    private final World world;
    private final Machine machine;
    /** Commits on their way: made some day, though whoever asked was told that the store is away. */
    private final List<Runnable> late = new ArrayList<>();

    Hazards(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
    }

    @Override
    public Optional<Entry> find(Key key) {
        return through(() -> world.store.find(key));
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        return through(() -> world.store.findAll(keys));
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        return through(() -> world.store.list(range, limit));
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        if (foul(0.05)) {
            late.add(() -> world.store.commit(id, changes));
            throw unavailable("but the commit is on its way");
        }
        return through(() -> world.store.commit(id, changes));
    }

    @Override
    public void drop(Range range) {
        throw new AssertionError("Nothing is dropped by the cluster");
    }

    private <T> T through(Supplier<T> call) {
        hazard();
        T answer = call.get();
        hazard();
        return answer;
    }

    private void hazard() {
        if (machine.crashed) {
            throw unavailable("the machine is dead");
        }
        while (!late.isEmpty() && foul(0.3)) {
            late.removeFirst().run();
        }
        world.pass((long) (World.MILLI * (0.01 + world.random.nextDouble())));
        if (foul(0.02)) {
            world.pass(World.MILLI * world.random.nextInt(1, 6000));
        }
        if (foul(0.005)) {
            machine.crash();
            throw unavailable("the machine died");
        }
        if (foul(0.05)) {
            throw unavailable("no reason");
        }
    }

    private boolean foul(double probability) {
        return world.weather == World.Weather.FOUL && world.chance(probability);
    }

    private static PluginException unavailable(String why) {
        return new PluginException(Kind.UNAVAILABLE, "away: " + why);
    }

    @Override
    public void close() {}
}
